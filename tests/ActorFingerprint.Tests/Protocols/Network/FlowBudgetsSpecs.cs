using ActorFingerprint.Protocols.Network;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Network;

/// <summary>What is forgotten is handed on again, so the share of directions that stay spent tells how many the table remembers.</summary>
public sealed class FlowBudgetsSpecs
{
    private const int SetBits = 10;
    private const int MostEntries = 4 << SetBits;

    [Theory]
    [InlineData(MostEntries / 16, .99)]
    [InlineData(MostEntries / 4, .97)]
    [InlineData(MostEntries / 2, .90)]
    public void The_table_remembers_the_directions_of_a_minute(int directions, double share)
    {
        var budgets = new FlowBudgets(SetBits);
        var flows = Flows(directions);
        for (var round = 0; round < 3; round++)
            foreach (var flow in flows) budgets.TrySpend(flow, false, FlowBudgets.Initial, 0);
        Assert.InRange(flows.Count(flow => !budgets.TrySpend(flow, false, 100, 0)), directions * share, directions);
    }

    [Fact]
    public void More_directions_than_it_may_hold_are_handed_on_and_a_hello_among_them_still_gets_its_budget()
    {
        var budgets = new FlowBudgets(SetBits);
        var flows = Flows(MostEntries * 8);
        foreach (var flow in flows) Assert.True(budgets.TrySpend(flow, false, FlowBudgets.Initial, 0));
        var remembered = flows.Count(flow => !budgets.TrySpend(flow, false, FlowBudgets.Initial, 0));
        Assert.InRange(remembered, 1, MostEntries);
        Assert.True(budgets.TrySpend(flows[0], false, 1000, FlowBudgets.ForHello(2000, 0)));
        Assert.True(budgets.TrySpend(flows[0], false, 1000, 0));
    }

    [Fact]
    public void A_new_minute_forgets_what_was_spent()
    {
        var budgets = new FlowBudgets(SetBits);
        Assert.True(budgets.TrySpend(7, false, FlowBudgets.Initial, 0));
        Assert.False(budgets.TrySpend(7, false, 1, 0));
        Assert.True(budgets.TrySpend(7, true, 1, 0));
        budgets.StartOver();
        Assert.True(budgets.TrySpend(7, false, 1, 0));
    }

    private static ulong[] Flows(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => (ulong)random.NextInt64())];
    }
}
