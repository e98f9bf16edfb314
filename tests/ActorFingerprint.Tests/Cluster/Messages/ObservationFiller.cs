using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Watchlists;

namespace ActorFingerprint.Tests.Cluster.Messages;

/// <summary>
/// Makes values of any type that hangs on an observation, every member filled by reflection: whatever is added to a type is filled too.
/// The same
/// seed makes the same value.
/// </summary>
internal sealed class ObservationFiller(int seed)
{
    /// <summary>Near seeds make like numbers: their hash is the seed.</summary>
    private readonly Random _random = new(BitConverter.ToInt32(SHA256.HashData(BitConverter.GetBytes(seed))));

    private int _next = seed;

    /// <summary>Every type of observation.</summary>
    public static IReadOnlyList<Type> Types { get; } =
        [.. typeof(Observation).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Observation)) && !t.IsAbstract)
            .OrderBy(t => t.Name, StringComparer.Ordinal)];

    /// <summary>An observation of a type.</summary>
    public Observation Observation(Type type)
    {
        var observation = (Observation)Object(type);
        if (_random.Next(2) == 0) observation.AttributeTo(observation.Device, Mac());
        return observation;
    }

    /// <summary>A router notice.</summary>
    public DeviceCommand.IdentifyRouter Notice() => (DeviceCommand.IdentifyRouter)Object(typeof(DeviceCommand.IdentifyRouter));

    /// <summary>A device key of a kind.</summary>
    public DeviceKey Device(DeviceKeyKind kind) => kind switch
    {
        DeviceKeyKind.None => default,
        DeviceKeyKind.Mac => DeviceKey.OfMac(Mac()),
        DeviceKeyKind.Ip when _random.Next(2) == 0 => DeviceKey.OfIp(Text(), _random.Next(4096), NetworkAddress.ReadV6(Bytes(16))),
        DeviceKeyKind.Ip => DeviceKey.OfIp(Text(), _random.Next(4096), NetworkAddress.ReadV4(Bytes(4))),
        DeviceKeyKind.Duid => DeviceKey.OfDuid(Bytes(_random.Next(1, 20))),
        DeviceKeyKind.ClientId => DeviceKey.OfClientId(Bytes(_random.Next(1, 20))),
        _ => throw new InvalidOperationException($"a new kind of device key, {kind}: fill it here and give it a wire form"),
    };

    private object? Value(Type type, bool isNullable)
    {
        if (isNullable && _random.Next(3) == 0) return null;
        if (Nullable.GetUnderlyingType(type) is { } inner) return Value(inner, isNullable: false);
        if (type == typeof(string)) return Text();
        if (type == typeof(bool)) return _random.Next(2) == 0;
        if (type == typeof(byte)) return (byte)_random.Next(256);
        if (type == typeof(ushort)) return (ushort)_random.Next(65536);
        if (type == typeof(int)) return _random.Next(2) == 0 ? _next++ : _random.Next(int.MinValue, int.MaxValue);
        if (type == typeof(uint)) return (uint)_random.NextInt64(uint.MaxValue);
        if (type == typeof(long)) return _random.Next(2) == 0 ? _next++ : _random.NextInt64(-1L << 60, 1L << 60);
        if (type == typeof(MacAddress)) return Mac();
        if (type == typeof(NetworkAddress)) return Address();
        if (type == typeof(DeviceKey)) return Device(Pick(Enum.GetValues<DeviceKeyKind>()));
        if (type == typeof(WatchlistType)) return WatchlistType.TryParse(Pick([.. WatchlistType.Known]), out var known) ? known : default;
        if (type.IsEnum) return Pick([.. Enum.GetValues(type).Cast<object>()]);
        if (type.IsArray) return List(type.GetElementType()!);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) return List(type.GetGenericArguments()[0]);
        return Object(type);
    }

    private object Object(Type type)
    {
        var nullability = new NullabilityInfoContext();
        var constructor = type.GetConstructors()
            .Where(c => !c.GetParameters().Any(p => p.ParameterType == type))
            .MaxBy(c => c.GetParameters().Length);
        var arguments = constructor?.GetParameters().Select(p => Argument(p, nullability)).ToArray();
        var value = type == typeof(DhcpObservation) ? Dhcp() : constructor?.Invoke(arguments) ?? Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is not { IsPublic: true } || property.GetIndexParameters().Length > 0) continue;
            if (constructor?.GetParameters().Any(p => p.Name == property.Name) is true) continue;
            if (property.PropertyType.IsByRefLike)
            {
                if (type != typeof(DhcpObservation))
                    throw new InvalidOperationException($"{type.Name}.{property.Name} cannot be set by reflection: make it here");
                continue;
            }
            property.SetValue(value, Value(property.PropertyType, nullability.Create(property).WriteState == NullabilityState.Nullable));
        }
        return value;
    }

    private object? Argument(ParameterInfo parameter, NullabilityInfoContext nullability)
    {
        var type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        return Value(type, nullability.Create(parameter).WriteState == NullabilityState.Nullable);
    }

    private DhcpObservation Dhcp() => new()
    {
        Device = default,
        AtTicks = 0,
        Frame = 0,
        Op = 0,
        MessageType = default,
        Options = null!,
        HardwareAddressRoom = Bytes(16),
    };

    private Array List(Type element)
    {
        var list = Array.CreateInstance(element, _random.Next(4));
        for (var i = 0; i < list.Length; i++) list.SetValue(Value(element, isNullable: false), i);
        return list;
    }

    /// <summary>Plain, empty, long, of other letters, and what looks like a hash but is none, too.</summary>
    private string Text()
    {
        var number = (_next++).ToString(CultureInfo.InvariantCulture);
        return _random.Next(25) switch
        {
            0 => Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(number))),
            1 => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(number))),
            2 => Convert.ToHexString(MD5.HashData(Encoding.ASCII.GetBytes(number))),
            3 or 4 => "büro-" + number + "\u20AC\U0001F4BB",
            5 => new string('x', 600) + number,
            _ => "text-" + number,
        };
    }

    private MacAddress Mac() => _random.Next(5) == 0 ? default : new MacAddress((ulong)_random.NextInt64(1, 1L << 48));

    private NetworkAddress Address() => _random.Next(5) switch
    {
        0 => default,
        1 or 2 => NetworkAddress.ReadV6(Bytes(16)),
        _ => NetworkAddress.ReadV4(Bytes(4)),
    };

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];
}
