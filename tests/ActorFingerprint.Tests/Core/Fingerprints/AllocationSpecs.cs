using ActorFingerprint.Core.Fingerprints;
using Xunit;

namespace ActorFingerprint.Tests.Core.Fingerprints;

/// <summary>A fingerprint costs its own string and nothing else.</summary>
public sealed class AllocationSpecs
{
    private const int Rounds = 200;

    [Fact]
    public void Ja3_and_ja4_allocate_their_result_only()
    {
        var fields = new ClientHelloFields
        {
            LegacyVersion = 0x0303,
            CipherSuites = HexList.Values("1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035"),
            Extensions = HexList.Values("0000,0005,000a,000b,000d,0010,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01"),
            SupportedGroups = HexList.Values("001d,0017,0018"),
            PointFormats = new byte[1],
            SignatureAlgorithms = HexList.Values("0403,0804,0401,0503,0805,0501,0806,0601"),
        };
        for (var i = 0; i < 2; i++)
        {
            Ja3.Hash(in fields);
            Ja4.Compute(in fields);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++) Ja3.Hash(in fields);
        var ja3 = GC.GetAllocatedBytesForCurrentThread() - before;
        for (var i = 0; i < Rounds; i++) Ja4.Compute(in fields);
        var ja4 = GC.GetAllocatedBytesForCurrentThread() - before - ja3;
        for (var i = 0; i < Rounds; i++) _ = new string('x', 32);
        var strings32 = GC.GetAllocatedBytesForCurrentThread() - before - ja3 - ja4;
        for (var i = 0; i < Rounds; i++) _ = new string('x', 36);
        var strings36 = GC.GetAllocatedBytesForCurrentThread() - before - ja3 - ja4 - strings32;

        Assert.Equal(strings32, ja3);
        Assert.Equal(strings36, ja4);
    }
}
