using ActorFingerprint.Node.Fingerbank;
using Xunit;

namespace ActorFingerprint.Tests.Node.Fingerbank;

public sealed class MachineConditionsSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_machine_that_tells_nothing_is_not_strained() => Assert.Null(Strain());

    [Fact]
    public void A_discharging_battery_without_a_charger_is_strain()
    {
        Supply("BAT0", ("type", "Battery"), ("status", "Discharging"));
        Assert.Equal("on battery", Strain());
        Supply("AC", ("type", "Mains"), ("online", "0"));
        Assert.Equal("on battery", Strain());
        Supply("AC", ("online", "1"));
        Assert.Null(Strain());
    }

    [Fact]
    public void The_battery_of_a_mouse_is_not_that_of_the_machine()
    {
        Supply("hidpp_battery_0", ("type", "Battery"), ("status", "Discharging"), ("scope", "Device"));
        Assert.Null(Strain());
    }

    [Theory]
    [InlineData("89000", null)]
    [InlineData("90000", "too warm")]
    [InlineData("junk", null)]
    public void A_zone_at_its_passive_trip_point_is_strain(string temperature, string? strain)
    {
        Write("thermal/thermal_zone0", ("temp", temperature), ("trip_point_0_type", "active"), ("trip_point_0_temp", "40000"),
            ("trip_point_1_type", "passive"), ("trip_point_1_temp", "90000"));
        Assert.Equal(strain, Strain());
    }

    private string? Strain() => new MachineConditions(true, _folder.Path).Strain();

    private void Supply(string name, params (string Name, string Value)[] lines) => Write($"power_supply/{name}", lines);

    private void Write(string folder, params (string Name, string Value)[] lines)
    {
        Directory.CreateDirectory(_folder.File(folder));
        foreach (var (name, value) in lines) File.WriteAllText(_folder.File($"{folder}/{name}"), value + "\n");
    }
}
