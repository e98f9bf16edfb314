using ActorFingerprint.Core.Identification.Api.Sync;

namespace ActorFingerprint.Core.Identification.Api;

/// <summary>How a question to the API ended.</summary>
public enum InterrogationOutcome
{
    /// <summary>200: it knows the device.</summary>
    Found,

    /// <summary>404: it knows nothing; an answer, kept like one.</summary>
    NotFound,

    /// <summary>401: the key is wrong.</summary>
    KeyRefused,

    /// <summary>403: the account or address is blocked; some use it for a limit, too.</summary>
    Blocked,

    /// <summary>429: too many questions.</summary>
    LimitReached,

    /// <summary>Another 4xx: this question was refused.</summary>
    QuestionRefused,

    /// <summary>5xx.</summary>
    ServerFault,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>No connection: name, route, TLS.</summary>
    Unreachable,

    /// <summary>An answer that cannot be read: a redirect, no JSON, no device, too long.</summary>
    Unreadable,
}

/// <summary>The end of a question.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Device">The device, when found.</param>
/// <param name="RetryAfter">What the server asked to wait, or null.</param>
public sealed record InterrogationResult(InterrogationOutcome Outcome, ApiDevice? Device = null, TimeSpan? RetryAfter = null)
{
    /// <summary>An answer about the device, fit to be kept. No error ever is: a 429 that is kept hides the device for as long.</summary>
    public bool IsAnswer => Outcome is InterrogationOutcome.Found or InterrogationOutcome.NotFound;
}

/// <summary>Asks the API, within its limits.</summary>
public interface IDeviceInterrogation
{
    /// <summary>
    /// Asks before everything that waits, and completes with the end of the question, kept if it is an answer. It may wait for as long as
    /// limits, a pause or an outage last: give a token that ends.
    /// </summary>
    Task<InterrogationResult> AskAsync(ApiQuestion question, CancellationToken stop);

    /// <summary>Has it asked later, in its turn. False when it waits already or the queue is full.</summary>
    bool Enqueue(ApiQuestion question, SyncPriority priority);
}
