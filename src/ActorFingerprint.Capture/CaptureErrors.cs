using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Capture;

/// <summary>One line for the operator: what, where, what to do.</summary>
internal static class CaptureErrors
{
    public const string UnavailableCode = "CAPTURE_UNAVAILABLE";
    public const string PermissionCode = "CAPTURE_PERMISSION_DENIED";

    /// <summary>The source is not there or cannot be read.</summary>
    public static CaptureException Unavailable(string message, Exception? inner = null) => new(UnavailableCode, message, inner);

    /// <summary>The source is there but not for this process.</summary>
    public static CaptureException PermissionDenied(string message, Exception? inner = null) => new(PermissionCode, message, inner);

    /// <summary>Runs a file operation and says its failure in these terms.</summary>
    public static T Opening<T>(string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (UnauthorizedAccessException error)
        {
            throw PermissionDenied($"{path}: this user may not read it; change its mode or owner", error);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unavailable($"{path}: no such file or folder", error);
        }
        catch (IOException error)
        {
            throw Unavailable($"{path}: cannot be opened: {error.Message}", error);
        }
    }
}
