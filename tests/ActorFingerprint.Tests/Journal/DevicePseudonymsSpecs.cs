using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine.Journal;
using Xunit;

namespace ActorFingerprint.Tests.Journal;

public sealed class DevicePseudonymsSpecs
{
    [Fact]
    public void A_persistence_id_is_the_keyed_hash_of_the_device_key()
    {
        Assert.True(DeviceKey.TryParse("aa-bb-cc-dd-ee-ff", out var device));
        var pseudonyms = new DevicePseudonyms([.. Enumerable.Range(0, 32).Select(n => (byte)n)]);
        Assert.Equal("device-56d124298cda305be7b4da981c6eb606b05b759b833983eaf6b5efabdbc42486", pseudonyms.PersistenceIdOf(device));
    }

    [Fact]
    public void Another_key_gives_another_persistence_id()
    {
        var device = DeviceKey.OfDuid([1, 2, 3]);
        Assert.NotEqual(
            new DevicePseudonyms(new byte[32]).PersistenceIdOf(device), new DevicePseudonyms([1, .. new byte[31]]).PersistenceIdOf(device));
    }

    [Fact]
    public void A_key_of_another_length_is_refused() => Assert.Throws<ArgumentException>(() => new DevicePseudonyms(new byte[16]));
}
