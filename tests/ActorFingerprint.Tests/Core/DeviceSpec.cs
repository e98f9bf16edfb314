using System.Text;
using ActorFingerprint.Core;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Observations;
using Xunit;

namespace ActorFingerprint.Tests.Core;

/// <summary>Given events, when a command, then events; events are compared by their stored form.</summary>
internal sealed class DeviceSpec
{
    private readonly DeviceDeltaBuilder _counts = new("device-1", DeviceCounters.Empty);
    private IReadOnlyList<DeviceEvent> _events = [];

    private DeviceSpec(DeviceState state) => State = state;

    public DeviceState State { get; private set; }

    public IFingerprintCounts Counts => _counts;

    public DeviceCounters Folded => DeviceCounters.Empty.Apply(_counts.Build());

    public static DeviceSpec Given(params DeviceEvent[] events) => new(events.Aggregate(Device.Initial, Device.Evolve));

    /// <summary>Decides on an observation of run <c>r</c>, evolves and counts it, as a shard does.</summary>
    public DeviceSpec When(Observation observation)
    {
        Decide(new DeviceCommand.Observe(observation, "r", _counts));
        _counts.Add(observation, State);
        return this;
    }

    public DeviceSpec When(DeviceCommand command)
    {
        Decide(command);
        return this;
    }

    public DeviceSpec When(Func<DeviceSpec, DeviceCommand> command) => When(command(this));

    public DeviceSpec Then(params DeviceEvent[] expected)
    {
        Assert.Equal(expected.Select(Text), _events.Select(Text));
        return this;
    }

    public DeviceSpec ThenOnly<TEvent>() where TEvent : DeviceEvent
    {
        Assert.IsType<TEvent>(Assert.Single(_events));
        return this;
    }

    public DeviceSpec ThenSome<TEvent>() where TEvent : DeviceEvent
    {
        Assert.Single(_events.OfType<TEvent>());
        return this;
    }

    public IEnumerable<TEvent> Events<TEvent>() where TEvent : DeviceEvent => _events.OfType<TEvent>();

    public static string Text(DeviceEvent @event)
    {
        var (manifest, payload) = DeviceEventCodec.Encode(@event);
        return $"{manifest} {Encoding.UTF8.GetString(payload)}";
    }

    private void Decide(DeviceCommand command)
    {
        _events = Decide<Device>(command);
        State = _events.Aggregate(State, Device.Evolve);
    }

    private IReadOnlyList<DeviceEvent> Decide<TDecider>(DeviceCommand command)
        where TDecider : IDecider<DeviceState, DeviceCommand, DeviceEvent> => TDecider.Decide(State, command);
}
