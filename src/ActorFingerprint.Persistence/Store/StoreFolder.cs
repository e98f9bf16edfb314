namespace ActorFingerprint.Persistence.Store;

/// <summary>Names the files of a store folder.</summary>
/// <param name="Path">The folder, absolute.</param>
public sealed record StoreFolder(string Path)
{
    /// <summary>Events, snapshots, shard owners.</summary>
    public string Journal => At("journal.db");

    /// <summary>The read side; can be rebuilt from the journal.</summary>
    public string Projections => At("projections.db");

    /// <summary>Answers of the Fingerbank API that were kept, and requests made; only there when the API was ever switched on.</summary>
    public string Fingerbank => At("fingerbank.db");

    /// <summary>The key behind persistence ids.</summary>
    public string PseudonymKey => At("pseudonym.key");

    /// <summary>Held by the process that writes.</summary>
    public string Lock => At("journal.lock");

    /// <summary>The process that writes.</summary>
    public string ProcessId => At("journal.pid");

    /// <summary>True when a journal is there.</summary>
    public bool HasJournal => File.Exists(Journal);

    /// <summary>Names the files of a folder.</summary>
    public static StoreFolder Of(string folder) => new(System.IO.Path.GetFullPath(folder));

    /// <summary>Makes the folder, for this user alone, unless it is there.</summary>
    public void Create()
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Path);
            else Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{Path}: the store folder cannot be made ({error.Message}); choose another", error);
        }
    }

    /// <summary>Refuses a folder without a journal.</summary>
    public void ThrowUnlessJournal()
    {
        if (!HasJournal) throw new StoreException($"{Path}: no journal here; name a folder that `actorfp run` or `scan --store` wrote");
    }

    private string At(string name) => System.IO.Path.Combine(Path, name);
}
