using ActorFingerprint.Tools.FrameGenerator.Packets;
using ActorFingerprint.Tools.FrameGenerator.Truth;

namespace ActorFingerprint.Tools.FrameGenerator.Home;

/// <summary>How much of a home to make.</summary>
/// <param name="Seed">The same seed gives the same bytes.</param>
/// <param name="Devices">How many; past the catalogue it starts again from its top.</param>
/// <param name="Hours">Length of the capture from midnight.</param>
/// <param name="Scale">Multiplies connections and the data that each brings.</param>
internal sealed record HomeOptions(int Seed = 1, int Devices = 30, int Hours = 24, int Scale = 1);

/// <summary>The finished capture: frames in order, what is in them, and who sent it.</summary>
internal sealed record HomeCapture(IReadOnlyList<Frame> Frames, IReadOnlyList<Expectation> Truth, IReadOnlyList<Station> Stations);

/// <summary>Plays the home.</summary>
internal static class HomeDay
{
    /// <summary>Makes the capture that the options describe.</summary>
    public static HomeCapture Make(HomeOptions options)
    {
        var timeline = new Timeline();
        List<Expectation> truth = [];
        var stations = Stations(options).ToArray();
        foreach (var station in stations) Play(station, timeline, truth, options.Scale);
        var frames = timeline.InOrder(HomeNetwork.StartMicros + options.Hours * HomeNetwork.HourMicros);
        return new HomeCapture(frames, [.. truth.Where(expected => expected.At.Number > 0).OrderBy(expected => expected.At.Number)],
            stations);
    }

    private static void Play(Station station, Timeline timeline, List<Expectation> truth, int scale)
    {
        if (station.Model.Dhcp is not null) new DhcpActivity(station, timeline, truth).Run();
        if (station.Router is null) new NeighbourActivity(station, timeline).Run();
        new TlsActivity(station, timeline, truth, scale).Run();
        new QuicActivity(station, timeline, truth, scale).Run();
    }

    private static IEnumerable<Station> Stations(HomeOptions options)
    {
        EthernetAddress? router = null;
        for (var index = 0; index < options.Devices; index++)
        {
            var model = DeviceCatalog.All[index % DeviceCatalog.All.Count];
            var random = SeededRandom.For(options.Seed, $"device {index}");
            var mac = NewMac(model, random);
            if (model.Name == DeviceCatalog.RouterName) router = mac;
            var behind = model.Segment == HomeSegment.BehindRouter ? router : null;
            for (var day = 0; day * 24 < options.Hours; day++)
            {
                var midnight = HomeNetwork.StartMicros + day * HomeNetwork.DayMicros;
                foreach (var station in Parts(model, mac, index, midnight, random)) yield return station with { Router = behind };
            }
        }
    }

    /// <summary>One station for the day, or two when something changes the device in between.</summary>
    private static IEnumerable<Station> Parts(DeviceModel model, EthernetAddress mac, int index, long midnight, SeededRandom random)
    {
        var from = midnight + model.Hours.From * HomeNetwork.HourMicros;
        var to = midnight + model.Hours.To * HomeNetwork.HourMicros;
        var change = midnight + model.ChangeHour * HomeNetwork.HourMicros;
        var address = HomeNetwork.DeviceAddress(model.Segment, index);
        var address6 = model.HasIpv6 ? HomeNetwork.DeviceAddress6(index) : null;
        yield return new Station(model, mac, address, address6, random, from, model.Becomes is null ? to : change);
        if (model.Becomes is not { } after) yield break;
        var nextMac = model.ChangesAddress ? NewMac(after, random) : mac;
        yield return new Station(after, nextMac, address, address6, random, change, to);
    }

    private static EthernetAddress NewMac(DeviceModel model, SeededRandom random) =>
        model.Prefix is null ? EthernetAddress.Randomised(random) : EthernetAddress.Of(model.Prefix, random);
}
