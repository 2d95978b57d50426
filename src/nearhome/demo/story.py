"""stub"""
def tell(files, *, progress, now=None):
    progress(1, 1)
