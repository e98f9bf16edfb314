using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Capture.Live;

/// <summary>
/// One open interface and the thread that empties it. An idle interface costs nothing: the thread sleeps in the kernel until
/// a batch of frames is ready or <c>pcap_breakloop</c> wakes it.
/// </summary>
internal sealed unsafe class LiveCapture : IDisposable
{
    private const int BlockLength = 512 << 10;
    private const int MaxFramesPerBlock = 8_192;
    private const int FramesPerRound = 4_096;

    private static readonly TimeSpan MaxDrain = TimeSpan.FromSeconds(1);

    private readonly PcapHandle _pcap;
    private readonly LiveCaptureOptions _options;
    private readonly TimeProvider _time;
    private readonly BlockHandoff _handoff;
    private readonly Thread _thread;
    private readonly LinkType _linkType;
    private readonly bool _isNanosecond;
    private readonly Lock _handle = new();
    private GCHandle _self;
    private LibPcap.Statistics _lastRead;
    private long _droppedByKernel;
    private long _droppedByInterface;
    private volatile bool _isStopping;
    private Exception? _callbackError;

    private LiveCapture(PcapHandle pcap, LiveCaptureOptions options, TimeProvider time)
    {
        (_pcap, _options, _time) = (pcap, options, time);
        (_linkType, _isNanosecond) = (pcap.LinkType, pcap.IsNanosecond);
        _handoff = new BlockHandoff(options.MaxWaitingBlocks, BlockLength, MaxFramesPerBlock);
        _thread = new Thread(Run) { IsBackground = true, Name = $"capture {options.Interface}" };
    }

    /// <summary>Counters so far; on any thread.</summary>
    public CaptureCounters Counters
    {
        get
        {
            ReadStatistics();
            return new CaptureCounters(_handoff.Frames, _handoff.Bytes,
                Volatile.Read(ref _droppedByKernel), Volatile.Read(ref _droppedByInterface), _handoff.Dropped, 0);
        }
    }

    /// <summary>Opens the interface, sets the filter and starts the thread.</summary>
    public static LiveCapture Start(LiveCaptureOptions options, TimeProvider time, out string? warning)
    {
        var pcap = PcapHandle.Open(options, out warning);
        try
        {
            pcap.SetFilter(options.Filter ?? BpfFilter.For(options.Protocols, pcap.LinkType, options.IncludeTunnels));
            var capture = new LiveCapture(pcap, options, time);
            capture._self = GCHandle.Alloc(capture);
            capture._thread.Start();
            return capture;
        }
        catch
        {
            pcap.Dispose();
            throw;
        }
    }

    /// <summary>The next block; null once the capture was stopped and drained. Throws the error that ended it.</summary>
    public ValueTask<FrameBlock?> TakeAsync() => _handoff.TakeAsync();

    /// <summary>Asks the thread to drain and end; returns at once, on any thread, also afterwards.</summary>
    public void RequestStop()
    {
        _isStopping = true;
        lock (_handle)
        {
            if (!_pcap.IsClosed) LibPcap.BreakLoop(_pcap);
        }
    }

    /// <summary>Stops, waits for the thread (it drains for a second at most) and closes the interface.</summary>
    public void Dispose()
    {
        RequestStop();
        _thread.Join();
        _handoff.Dispose();
        lock (_handle) _pcap.Dispose();
        _self.Free();
    }

    private void Run()
    {
        Exception? error = null;
        try
        {
            var status = 0;
            while (!_isStopping && status >= 0) status = Round();
            if (status >= 0 || status == LibPcap.ErrorBreak) Drain();
            else error = CaptureErrors.Unavailable($"{_options.Interface}: capture ended: {_pcap.Error}");
            ReadStatistics();
        }
        catch (Exception unexpected)
        {
            error = unexpected; // reaches the reader: a thread's own exception would end the process
        }
        _handoff.Complete(_callbackError ?? error);
    }

    private int Round()
    {
        var status = LibPcap.Dispatch(_pcap, FramesPerRound, &OnFrame, GCHandle.ToIntPtr(_self));
        _handoff.Publish();
        return status;
    }

    // The kernel gives a started batch free only when its time is up, so one empty round is no proof that nothing is left.
    private void Drain()
    {
        _pcap.SetNonBlocking();
        var start = _time.GetTimestamp();
        var patience = TimeSpan.FromMilliseconds(2 * _options.BatchMilliseconds + 8);
        while (_time.GetElapsedTime(start) < MaxDrain)
        {
            var status = Round();
            if (status is < 0 and not LibPcap.ErrorBreak || (status == 0 && _time.GetElapsedTime(start) > patience)) return;
            if (status == 0) Thread.Sleep(1);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnFrame(nint user, LibPcap.PacketHeader* header, byte* bytes)
    {
        var capture = (LiveCapture)GCHandle.FromIntPtr(user).Target!;
        try
        {
            capture.Take(in *header, new ReadOnlySpan<byte>(bytes, (int)header->Captured));
        }
        catch (Exception error)
        {
            capture._callbackError ??= error; // must not unwind through libpcap
            capture.RequestStop();
        }
    }

    private void Take(in LibPcap.PacketHeader header, ReadOnlySpan<byte> frame)
    {
        var fraction = _isNanosecond ? header.Fraction / 100 : header.Fraction * 10;
        var atTicks = DateTime.UnixEpoch.Ticks + header.Seconds * TimeSpan.TicksPerSecond + fraction;
        _handoff.TryAdd(frame, (int)Math.Min(header.Original, int.MaxValue), _linkType, atTicks);
    }

    private void ReadStatistics()
    {
        lock (_handle)
        {
            if (_pcap.IsClosed || LibPcap.Stats(_pcap, out var now) != 0) return;
            _droppedByKernel += unchecked(now.Dropped - _lastRead.Dropped);
            _droppedByInterface += unchecked(now.DroppedByInterface - _lastRead.DroppedByInterface);
            _lastRead = now;
        }
    }
}
