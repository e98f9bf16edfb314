using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Tests.Core.Identification.Api;

/// <summary>Questions and answers of tests.</summary>
internal static class ApiSamples
{
    public static readonly HashSet<ApiField> AllFields = [.. Enum.GetValues<ApiField>()];

    public static readonly ApiDevice Phone = new(["Operating System", "Example OS", "Example Phone"], 73) { Id = 42, Version = "9.1" };

    public static MacAddress Mac(int number) => new(0x001EC2000000UL + (ulong)number);

    public static ApiQuestion Question(int number, string list = "1,3,6") =>
        ApiQuestion.Of(Mac(number), new ApiSignals { DhcpFingerprint = list }, AllFields)!;
}
