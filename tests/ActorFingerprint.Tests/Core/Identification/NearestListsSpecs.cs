using ActorFingerprint.Core.Identification.Signatures;
using Xunit;

namespace ActorFingerprint.Tests.Core.Identification;

public sealed class NearestListsSpecs
{
    [Fact]
    public void The_index_finds_what_a_comparison_with_every_list_finds()
    {
        var random = new Random(7);
        var lists = Enumerable.Range(0, 400).Select(_ => List(random)).ToList();
        var index = new NearestLists(lists);
        var near = 0;
        for (var i = 0; i < 400; i++)
        {
            var asked = Changed(random, lists[i]);
            SortedDictionary<int, int> found = [], expected = [];
            index.Find(asked, found.Add);
            for (var other = 0; other < lists.Count; other++)
                if (lists[other].Length >= NearestLists.MinLength && asked.Length >= NearestLists.MinLength && Edits(asked, lists[other]) is <= 2 and var edits)
                    expected.Add(other, edits);
            Assert.Equal(expected, found);
            near += expected.Count;
        }
        Assert.True(near > 100);
    }

    [Fact]
    public void Distances_beyond_two_are_told_as_three()
    {
        var random = new Random(8);
        for (var i = 0; i < 2_000; i++)
        {
            var list = List(random);
            var other = Changed(random, list);
            Assert.Equal(Math.Min(3, Edits(list, other)), NearestLists.Distance(list, other));
        }
    }

    private static byte[] List(Random random) => [.. Enumerable.Range(0, random.Next(4, 12)).Select(_ => (byte)random.Next(60, 70))];

    private static byte[] Changed(Random random, byte[] list)
    {
        List<byte> changed = [.. list];
        for (var i = random.Next(4); i > 0; i--)
        {
            var at = random.Next(changed.Count);
            if (random.Next(3) == 0) changed.Insert(at, (byte)random.Next(60, 140));
            else if (random.Next(2) == 0) changed[at] = (byte)random.Next(60, 140);
            else if (changed.Count > 1) changed.RemoveAt(at);
        }
        return [.. changed];
    }

    /// <summary>The plain definition, with a cell for every pair of positions.</summary>
    private static int Edits(byte[] a, byte[] b)
    {
        var cells = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            for (var j = 0; j <= b.Length; j++)
                cells[i, j] = i == 0 ? j : j == 0 ? i
                    : Math.Min(Math.Min(cells[i - 1, j], cells[i, j - 1]) + 1, cells[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
        return cells[a.Length, b.Length];
    }
}
