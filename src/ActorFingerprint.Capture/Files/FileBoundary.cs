namespace ActorFingerprint.Capture.Files;

/// <summary>Where a file begins in the frame numbers of its source.</summary>
/// <param name="Name">File name without its folder.</param>
/// <param name="FirstFrame">Number of the file's first frame in the source, from 1.</param>
public readonly record struct FileBoundary(string Name, long FirstFrame);

/// <summary>A frame by file: what a person who opens that one file would call it.</summary>
/// <param name="Name">File name without its folder.</param>
/// <param name="Frame">1-based number within the file.</param>
public readonly record struct FileFrame(string Name, long Frame);
