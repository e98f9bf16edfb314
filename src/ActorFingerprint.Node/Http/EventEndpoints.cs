using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Node.Hosting;

namespace ActorFingerprint.Node.Http;

/// <summary>
/// <c>/api/events</c>: server-sent events (HTML standard §9.2) of devices. The id of an event is its place in the journal.
/// </summary>
internal static class EventEndpoints
{
    private const int CatchUpPage = 500;

    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapGet("/api/events", (Delegate)StreamAsync)
        .WithMetadata(AccessRule.Read).WithTags("devices")
        .WithSummary("New devices, changed fingerprints, churn, watchlist hits and what the limiter blocks as server-sent events; "
            + "Last-Event-ID goes on after that event")
        .Produces<string>(200, "text/event-stream").ProducesProblem(503).DisableRequestTimeout();

    private static async Task StreamAsync(HttpServices services, EventHub hub, HttpContext context)
    {
        if (!TryReadLastEventId(context.Request, out var after))
        {
            await Problems.WriteAsync(context, 400, "INVALID_REQUEST", "Last-Event-ID is the id of an event: a whole number");
            return;
        }
        using var subscription = hub.TrySubscribe();
        if (subscription is null)
        {
            await Problems.WriteAsync(context, 503, "TOO_MANY_EVENT_CLIENTS",
                "as many event streams are open as http.event-clients allows");
            return;
        }
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        var notices = services.Engine.Notices;
        // Beyond the journal's end: it was cleared since, and all is new to this client. Another node may only be ahead of this one.
        if (after > notices.LastOrdering && after > await notices.HighestOrderingAsync(context.RequestAborted)) after = 0;
        var stream = new EventStream(context.Response, services.Options.Http.EventHeartbeat, services.Time);
        try
        {
            await stream.OpenAsync(after ?? notices.LastOrdering, context.RequestAborted);
            if (after is not null) await CatchUpAsync(notices, stream, context.RequestAborted);
            await stream.FollowAsync(subscription, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
    }

    private static async Task CatchUpAsync(IDeviceNotices notices, EventStream stream, CancellationToken stop)
    {
        IReadOnlyList<DeviceNotice> page;
        do
        {
            page = await notices.ReadAsync(stream.LastOrdering, CatchUpPage, stop);
            foreach (var notice in page) await stream.WriteAsync(notice, stop);
        }
        while (page.Count == CatchUpPage);
    }

    private static bool TryReadLastEventId(HttpRequest request, out long? after)
    {
        after = null;
        var text = request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header ? header : request.Query["lastEventId"].ToString();
        if (text.Length == 0) return true;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return false;
        after = value;
        return true;
    }
}

/// <summary>Writes the text of one stream. Each ordering goes out at most once, in order.</summary>
internal sealed class EventStream(HttpResponse response, TimeSpan heartbeat, TimeProvider time)
{
    public long LastOrdering { get; private set; }

    /// <summary>Sets the id that the client comes back with, and how soon, before any event; no event is seen for it.</summary>
    public Task OpenAsync(long lastOrdering, CancellationToken stop)
    {
        LastOrdering = lastOrdering;
        return SendAsync(string.Create(CultureInfo.InvariantCulture, $"retry: 3000\nid: {lastOrdering}\n\n"), stop);
    }

    public Task WriteAsync(DeviceNotice notice, CancellationToken stop)
    {
        if (notice.Ordering <= LastOrdering) return Task.CompletedTask;
        LastOrdering = notice.Ordering;
        if (notice.Topic is null) return Task.CompletedTask;
        var json = JsonSerializer.Serialize(EventResource.Of(notice), EventJson.Default.EventResource);
        return SendAsync(string.Create(CultureInfo.InvariantCulture, $"event: {notice.Topic}\nid: {notice.Ordering}\ndata: {json}\n\n"),
            stop);
    }

    /// <summary>Without an id: the client's place in the journal stays where it is.</summary>
    public Task WriteAsync(LimiterNotice notice, CancellationToken stop)
    {
        var json = JsonSerializer.Serialize(LimiterEventResource.Of(notice), EventJson.Default.LimiterEventResource);
        return SendAsync($"event: {notice.Topic}\ndata: {json}\n\n", stop);
    }

    /// <summary>Live notices, a comment after every quiet heartbeat, and a last event that says why the stream ends.</summary>
    public async Task FollowAsync(EventSubscription subscription, CancellationToken stop)
    {
        while (true)
        {
            using var quiet = new CancellationTokenSource(heartbeat, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, quiet.Token);
            try
            {
                if (!await subscription.Notices.WaitToReadAsync(either.Token)) break;
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                await SendAsync(": still here\n\n", stop);
                continue;
            }
            while (subscription.Notices.TryRead(out var notice))
            {
                if (notice.Device is { } device) await WriteAsync(device, stop);
                else if (notice.Limiter is { } limiter) await WriteAsync(limiter, stop);
            }
        }
        var reason = subscription.Ended == EventStreamEnd.TooSlow ? "too slow: come back with Last-Event-ID" : "the node stops";
        await SendAsync($"event: end\ndata: {{\"reason\":\"{reason}\"}}\n\n", stop);
    }

    private async Task SendAsync(string text, CancellationToken stop)
    {
        await response.WriteAsync(text, stop);
        await response.Body.FlushAsync(stop);
    }
}
