using MailFunctions.Ledger.Scans;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Api.Emails;

public sealed class ScanBudgetTests
{
    [Fact]
    public void A_call_looks_at_so_many_rows()
    {
        var budget = new ScanBudget(new FakeTimeProvider());

        budget.Spend(ScanBudget.Rows - 1);
        Assert.False(budget.IsSpent);
        budget.Spend(1);
        Assert.True(budget.IsSpent);
    }

    [Fact]
    public void A_call_looks_for_so_long()
    {
        var clock = new FakeTimeProvider();
        var budget = new ScanBudget(clock);

        clock.Advance(ScanBudget.Time - TimeSpan.FromTicks(1));
        Assert.False(budget.IsSpent);
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(budget.IsSpent);
    }
}
