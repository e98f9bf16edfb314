using System.Text.RegularExpressions;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Signatures.Curated;
using Xunit;

namespace ActorFingerprint.Tests.Persistence.Signatures.Curated;

/// <summary>The curated tables in the repository's <c>data</c> folder.</summary>
public sealed partial class ShippedTableSpecs
{
    private static readonly Lazy<CuratedTables> Read = new(() => CuratedTables.Read(Path.Combine(Repository.Root, "data")));

    private static CuratedTables Tables => Read.Value;

    [Fact]
    public void There_are_enough_rules() => Assert.InRange(Tables.Signatures.Count, 800, 10_000);

    [Fact]
    public void Every_origin_is_one_of_the_words_that_README_lists() =>
        Assert.All(Tables.Signatures, rule => Assert.Contains(rule.Origin, new[] { "vendor", "standard", "observed", "common", "published" }));

    [Fact]
    public void No_pattern_holds_a_hardware_address() =>
        Assert.All(Tables.Signatures, rule => Assert.DoesNotMatch(HardwareAddress(), rule.Pattern));

    [Fact]
    public void Every_type_is_in_use() =>
        Assert.Equal(Enum.GetValues<DeviceType>(), Tables.Signatures.Select(rule => rule.Device.Type).Distinct().Order());

    [Fact]
    public void Every_device_is_reached_by_a_rule_for_it_or_below_it()
    {
        var paths = Tables.Signatures.Select(rule => rule.Device.Path).Distinct().ToList();
        Assert.All(Tables.Devices, device =>
            Assert.Contains(paths, path => path == device.Path || path.StartsWith(device.Path + "/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_expression_works_without_backtracking() =>
        Assert.All(Tables.Signatures.Where(rule => rule.Match == SignatureMatch.Regex),
            rule => Assert.NotNull(new Regex(rule.Pattern, RegexOptions.NonBacktracking)));

    [GeneratedRegex("(?i)(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|[0-9a-f]{4}\\.[0-9a-f]{4}\\.[0-9a-f]{4}|(?<![\\w-])[0-9a-f]{12}(?![\\w-])")]
    private static partial Regex HardwareAddress();
}
