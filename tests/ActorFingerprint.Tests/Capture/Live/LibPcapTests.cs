using ActorFingerprint.Capture.Live;
using ActorFingerprint.Engine.Capture;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Live;

/// <summary>Skips a test, visibly, where libpcap is not installed.</summary>
internal static class LibPcapTests
{
    public static void SkipWithoutLibrary()
    {
        try
        {
            LibPcap.Require();
        }
        catch (CaptureException missing)
        {
            Assert.Skip(missing.Message);
        }
    }
}
