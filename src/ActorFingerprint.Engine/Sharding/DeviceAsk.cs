using ActorFingerprint.Core.Devices;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>What the owner of a device shard is asked from another node. Closed; see <see cref="DeviceAskCodec"/>.</summary>
public abstract record DeviceAsk
{
    /// <summary>The state of one device; answered with a <see cref="Actors.DeviceView"/>, or none.</summary>
    public sealed record Get(DeviceKey Device) : DeviceAsk;

    /// <summary>
    /// A command to one device, answered with a <see cref="DeviceReply"/>: <see cref="DeviceCommand.SetLabel"/>,
    /// <see cref="DeviceCommand.ApplyRetention"/> (whose counts the owner fills in) or <see cref="DeviceCommand.Erase"/>.
    /// </summary>
    public sealed record Tell(DeviceKey Device, DeviceCommand Command) : DeviceAsk;

    /// <summary>Lets a shard's devices go whose stored events were overwritten; answered with nothing.</summary>
    public sealed record Reload(IReadOnlyList<string> PersistenceIds) : DeviceAsk;
}
