"""How far a skill goes, and the languages, faiths and cultures a home can say it lives by and a child can ask for.

Languages: those most spoken at home in the census of 2021, and those that children who come alone to England most
speak. Faiths and cultures: the groups of the census, in plain words. Source: Office for National Statistics, Census
2021, Open Government Licence v3.0; the choice among them is Nearhome's own.
"""

DEGREES: dict[str, str] = {"trained": "Trained", "experienced": "Experienced", "specialist": "Specialist"}

LANGUAGES: dict[str, str] = {
    "albanian": "Albanian",
    "amharic": "Amharic",
    "arabic": "Arabic",
    "bengali": "Bengali or Sylheti",
    "british_sign_language": "British Sign Language",
    "bulgarian": "Bulgarian",
    "cantonese": "Cantonese",
    "czech_or_slovak": "Czech or Slovak",
    "english": "English",
    "french": "French",
    "gujarati": "Gujarati",
    "italian": "Italian",
    "kurdish": "Kurdish",
    "lithuanian": "Lithuanian",
    "mandarin": "Mandarin",
    "panjabi": "Panjabi",
    "pashto": "Pashto",
    "persian": "Persian, Farsi or Dari",
    "polish": "Polish",
    "portuguese": "Portuguese",
    "romanian": "Romanian",
    "russian": "Russian",
    "somali": "Somali",
    "spanish": "Spanish",
    "tamil": "Tamil",
    "tigrinya": "Tigrinya",
    "turkish": "Turkish",
    "ukrainian": "Ukrainian",
    "urdu": "Urdu",
    "vietnamese": "Vietnamese",
}
FAITHS: dict[str, str] = {
    "buddhist": "Buddhist",
    "christian": "Christian",
    "hindu": "Hindu",
    "jewish": "Jewish",
    "muslim": "Muslim",
    "sikh": "Sikh",
}
CULTURES: dict[str, str] = {
    "african": "African",
    "arab": "Arab",
    "bangladeshi": "Bangladeshi",
    "caribbean": "Caribbean",
    "chinese": "Chinese",
    "deaf": "Deaf culture",
    "eastern_european": "Eastern European",
    "gypsy_or_traveller": "Gypsy or Irish Traveller",
    "indian": "Indian",
    "irish": "Irish",
    "pakistani": "Pakistani",
    "roma": "Roma",
}
WAYS_OF_LIFE: dict[str, dict[str, str]] = {"languages": LANGUAGES, "faiths": FAITHS, "cultures": CULTURES}
