using ActorFingerprint.Persistence.Store;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

public sealed class PseudonymKeyFileSpecs : StoreSpec
{
    [Fact]
    public async Task The_key_is_made_once_and_kept()
    {
        var key = await File.ReadAllBytesAsync(Place.Folder.PseudonymKey, Stop);
        var id = Script.Id(1);
        await Store.DisposeAsync();
        await InitializeAsync();
        Assert.Equal(32, key.Length);
        Assert.Equal(key, await File.ReadAllBytesAsync(Place.Folder.PseudonymKey, Stop));
        Assert.Equal(id, Script.Id(1));
    }

    [Fact]
    public async Task A_journal_without_its_key_is_refused()
    {
        await Script.Seen(1, T0).CommitAsync(Stop);
        await Store.DisposeAsync();
        File.Delete(Place.Folder.PseudonymKey);
        var refused = await Assert.ThrowsAsync<StoreException>(() => SqliteStore.OpenAsync(new() { Folder = Place.Folder.Path }));
        Assert.Contains("pseudonym.key: missing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_was_cut_is_refused()
    {
        await Store.DisposeAsync();
        await File.WriteAllBytesAsync(Place.Folder.PseudonymKey, new byte[7], Stop);
        var refused = await Assert.ThrowsAsync<StoreException>(() => SqliteStore.OpenAsync(new() { Folder = Place.Folder.Path }));
        Assert.Contains("7 bytes", refused.Message, StringComparison.Ordinal);
    }
}
