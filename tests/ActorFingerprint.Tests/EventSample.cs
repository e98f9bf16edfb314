using System.Text;
using Xunit;

namespace ActorFingerprint.Tests;

/// <summary>Stored samples of events: a store written by any released version holds these bytes, so they never change.</summary>
internal static class EventSample
{
    /// <summary>The bytes of a sample, without the newline that ends its file.</summary>
    public static byte[] Read(string name) => Encoding.UTF8.GetBytes(File.ReadAllText(PathOf(name)).TrimEnd('\n'));

    /// <summary>Asserts that an encoder still writes what the sample holds.</summary>
    public static void IsStoredAs(string name, byte[] payload)
    {
        Assert.True(File.Exists(PathOf(name)), $"tests/data/events/{name} is missing; for a new manifest it holds: {Encoding.UTF8.GetString(payload)}");
        Assert.Equal(Encoding.UTF8.GetString(Read(name)), Encoding.UTF8.GetString(payload));
    }

    private static string PathOf(string name) => Path.Combine(Repository.Root, "tests", "data", "events", name);
}
