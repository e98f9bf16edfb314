using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.Messages.Contents;

/// <summary>One envelope: an observation or a router notice, with its position.</summary>
internal static class EnvelopeWire
{
    /// <summary>Writes it.</summary>
    public static void Write(BatchWriter writer, in ShardEnvelope value, in BatchBase start)
    {
        var code = value.Observation is { } seen
            ? ObservationWire.CodeOf(seen) ?? throw new ArgumentException(
                $"{seen.GetType().Name} has no wire form: add it to ObservationWire and docs/batch-format.md")
            : ObservationCode.RouterNotice;
        writer.Byte((byte)code);
        writer.Number(value.Frame - start.Frame);
        writer.Number(value.Index);
        if (value.Observation is { } observation)
        {
            CommonFields.Write(writer, observation, start, value.Frame, value.Index);
            ObservationWire.WriteOwn(writer, observation);
        }
        else
        {
            Write(writer, value.Router!, start);
        }
    }

    /// <summary>Reads one; false after a fault, and for one that only a later version knows, which counts as skipped.</summary>
    public static bool TryRead(ref BatchReader reader, in BatchBase start, out ShardEnvelope value)
    {
        var code = (ObservationCode)reader.Byte();
        var (frame, index) = (start.Frame + reader.Int64(), reader.Int32());
        value = default;
        if (reader.Fault is not null) return false;
        if (code == ObservationCode.RouterNotice)
        {
            value = new ShardEnvelope(null, RouterNotice(ref reader, start), frame, index);
            return reader.Fault is null;
        }
        if (ObservationWire.Read(ref reader, code, start, frame, index) is { } observation)
        {
            value = new ShardEnvelope(observation, null, frame, index);
            return true;
        }
        reader.Skip();
        return false;
    }

    private static void Write(BatchWriter writer, RouterNotice value, in BatchBase start)
    {
        writer.Device(value.Device);
        writer.Number(value.Command.AtTicks - start.AtTicks);
        writer.Texts(value.Command.Behind);
        writer.Text(value.Command.Where.Run);
        writer.Number(value.Command.Where.Frame - start.Frame);
        writer.Number(value.Command.Where.Index);
    }

    private static RouterNotice RouterNotice(ref BatchReader reader, in BatchBase start)
    {
        var device = reader.Device();
        var atTicks = start.AtTicks + reader.Int64();
        var behind = reader.Texts();
        var where = new Sighting(reader.Text(), start.Frame + reader.Int64(), reader.Int32());
        return new RouterNotice(device, new DeviceCommand.IdentifyRouter(atTicks, behind, where));
    }
}
