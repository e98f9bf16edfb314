using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace ActorFingerprint.Cluster.RabbitMq;

/// <summary>A broker cannot be used as asked; one line for the operator.</summary>
public sealed class BrokerException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What a broker that is away, goes away or refuses makes of a call.</summary>
internal static class BrokerErrors
{
    private const int NotFound = 404;
    private const int PreconditionFailed = 406;

    /// <summary>True for what passes when the broker is back, or what an operator can change: try again.</summary>
    public static bool IsBroker(Exception error) => error
        is RabbitMQClientException or IOException or SocketException or TimeoutException or AuthenticationException or CryptographicException
        or UnauthorizedAccessException or ObjectDisposedException or OperationCanceledException;

    /// <summary>No such queue or exchange.</summary>
    public static bool IsNotFound(OperationInterruptedException error) => error.ShutdownReason?.ReplyCode == NotFound;

    /// <summary>It is there, with other properties.</summary>
    public static bool IsDifferent(OperationInterruptedException error) => error.ShutdownReason?.ReplyCode == PreconditionFailed;

    /// <summary>One line: the innermost reason.</summary>
    public static string Describe(Exception error)
    {
        while (error.InnerException is { } inner) error = inner;
        return error switch
        {
            OperationInterruptedException { ShutdownReason: { } reason } => Describe(reason),
            OperationCanceledException or TimeoutException => "no answer in time",
            _ => error.Message.ReplaceLineEndings(" "),
        };
    }

    /// <summary>One line: why a connection or a channel is closed.</summary>
    public static string Describe(ShutdownEventArgs reason) => reason switch
    {
        { Exception: { } error } => Describe(error),
        { ReplyText.Length: > 0 } => reason.ReplyText.ReplaceLineEndings(" "),
        _ => "closed",
    };
}
