from nearhome.settlement.urls import away, budgets, costs, disputes, elements, invoices, months, payment_runs, rules

app_name = "settlement"
urlpatterns = [
    *months.urlpatterns,
    *rules.urlpatterns,
    *away.urlpatterns,
    *elements.urlpatterns,
    *disputes.urlpatterns,
    *invoices.urlpatterns,
    *payment_runs.urlpatterns,
    *budgets.urlpatterns,
    *costs.urlpatterns,
]
