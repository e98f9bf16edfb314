using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Core.Observations;

/// <summary>One HTTP/1 header, of a request or an answer. Nothing of the path or the body is in it.</summary>
public abstract class HttpObservation : SignalObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    protected HttpObservation(in Origin origin) : base(origin) => Signature = "";

    /// <inheritdoc />
    public override string Protocol => "http";

    /// <inheritdoc />
    public override bool CrossesRouters => true;

    /// <summary>0 for HTTP/1.0, 1 for HTTP/1.1.</summary>
    public int MinorVersion { get; init; }

    /// <summary>Field names as spelled, in their order; at most 100 of at most 64 bytes.</summary>
    public IReadOnlyList<string> FieldNames { get; init; } = [];

    /// <summary>The header in p0f's notation (docs/formats.md), values as sent.</summary>
    public required string Signature { get; init; }
}

/// <summary>A request; <see cref="Observation.Source"/> is the client.</summary>
public sealed class HttpRequestObservation : HttpObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    public HttpRequestObservation(in Origin origin) : base(origin) => Method = "";

    /// <inheritdoc />
    public override string Event => "request";

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>Host, else the authority in the request target; null without both. Escaped.</summary>
    public string? Host { get; init; }

    /// <summary>User-Agent, escaped; null when absent.</summary>
    public string? UserAgent { get; init; }
}

/// <summary>An answer; <see cref="Observation.Source"/> is the server.</summary>
public sealed class HttpResponseObservation : HttpObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    public HttpResponseObservation(in Origin origin) : base(origin) { }

    /// <inheritdoc />
    public override string Event => "response";

    /// <summary>Status code.</summary>
    public int Status { get; init; }

    /// <summary>Server, escaped; null when absent.</summary>
    public string? Server { get; init; }
}
