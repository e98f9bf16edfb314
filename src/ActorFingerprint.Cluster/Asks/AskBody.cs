using System.Buffers;

namespace ActorFingerprint.Cluster.Asks;

/// <summary>The bytes that asks hold whose sender is not known yet: bounded over all of them.</summary>
/// <param name="most">Bound in bytes.</param>
internal sealed class AskMemory(long most)
{
    private long _held;

    /// <summary>Bytes held now.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Takes bytes; false when there is no room for them.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= most) return true;
        GiveBack(bytes);
        return false;
    }

    /// <summary>Gives them back.</summary>
    public void GiveBack(int bytes) => Interlocked.Add(ref _held, -bytes);
}

/// <summary>
/// The body of one ask as it arrives, in a buffer of a pool that grows with what is there: a length that is only said takes nothing. The buffer
/// goes back with <see cref="Dispose"/>.
/// </summary>
internal sealed class AskBody(AskMemory memory) : IDisposable
{
    private const int FirstBuffer = 4096;

    private byte[] _buffer = [];
    private int _length;

    /// <summary>What has arrived; not after <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Reads so many bytes; false when there is no memory for them.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public async ValueTask<bool> TryReadAsync(Stream from, int length, CancellationToken stop)
    {
        while (_length < length)
        {
            if (_length == _buffer.Length && !TryGrow(length)) return false;
            var read = await from.ReadAsync(_buffer.AsMemory(_length, Math.Min(_buffer.Length, length) - _length), stop).ConfigureAwait(false);
            if (read == 0) throw new EndOfStreamException();
            _length += read;
        }
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var buffer = _buffer;
        (_buffer, _length) = ([], 0);
        Return(buffer);
    }

    private bool TryGrow(int most)
    {
        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(most, Math.Max(FirstBuffer, 2L * _buffer.Length)));
        if (!memory.TryTake(grown.Length))
        {
            ArrayPool<byte>.Shared.Return(grown);
            return false;
        }
        Bytes.CopyTo(grown);
        var small = _buffer;
        _buffer = grown;
        Return(small);
        return true;
    }

    private void Return(byte[] buffer)
    {
        if (buffer.Length == 0) return;
        ArrayPool<byte>.Shared.Return(buffer);
        memory.GiveBack(buffer.Length);
    }
}
