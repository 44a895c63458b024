using MailFunctions.Ledger.Scans;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Api.Emails;

public sealed class ScanBudgetTests
{
    [Fact]
    public void A_scan_budget_is_spent_after_its_number_of_rows()
    {
        var budget = new ScanBudget(new FakeTimeProvider());

        budget.Spend(ScanBudget.Rows - 1);
        Assert.False(budget.IsSpent);
        budget.Spend(1);
        Assert.True(budget.IsSpent);
    }

    [Fact]
    public void A_scan_budget_is_spent_after_its_time()
    {
        var clock = new FakeTimeProvider();
        var budget = new ScanBudget(clock);

        clock.Advance(ScanBudget.Time - TimeSpan.FromTicks(1));
        Assert.False(budget.IsSpent);
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(budget.IsSpent);
    }
}
