using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.Messages;

/// <summary>
/// Takes a device out of batch messages that wait: its envelopes, and its address where others were seen through it as their router. The
/// batch
/// stays under its number.
/// </summary>
public sealed class BatchErasure
{
    private readonly DeviceKey _device;
    private readonly byte[] _name;
    private readonly BatchEncoder _encoder = new();
    private readonly BatchDecoder _decoder = new();

    /// <summary>Of one device.</summary>
    public BatchErasure(DeviceKey device)
    {
        _device = device;
        _name = device.Kind == DeviceKeyKind.Mac
            ? Convert.FromHexString(device.Mac.ToString().Replace(":", "", StringComparison.Ordinal))
            : Encoding.UTF8.GetBytes(device.ToString());
    }

    /// <summary>False when the bytes cannot name the device: a device is in a message as its octets or its text.</summary>
    public bool MayName(ReadOnlySpan<byte> bytes) => bytes.IndexOf(_name) >= 0;

    /// <summary>The message without the device; the same one when it does not name it.</summary>
    /// <exception cref="InvalidDataException">The message names the device and cannot be read.</exception>
    public ReadOnlyMemory<byte> Without(ReadOnlyMemory<byte> message)
    {
        if (!MayName(message.Span)) return message;
        if (!_decoder.TryDecode(message.Span, out var read, out var reason)) throw new InvalidDataException(reason);
        var kept = new List<ShardEnvelope>();
        var isChanged = false;
        foreach (var envelope in read.Batch.Envelopes)
        {
            if (envelope.EntityId == _device)
            {
                isChanged = true;
                continue;
            }
            if (envelope.Observation is { } observation && WasSeenThrough(observation))
            {
                observation.AttributeTo(observation.Device, MacAddress.None);
                isChanged = true;
            }
            kept.Add(envelope);
        }
        return isChanged ? _encoder.Encode(read.Header.Region, read.Header.ShardCount, read.Batch with { Envelopes = kept }) : message;
    }

    private bool WasSeenThrough(Observation observation) => _device.Kind == DeviceKeyKind.Mac && observation.Via == _device.Mac;
}
