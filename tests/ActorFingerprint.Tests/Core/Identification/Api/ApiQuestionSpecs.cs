using System.Text;
using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Net;
using Xunit;

namespace ActorFingerprint.Tests.Core.Identification.Api;

public sealed class ApiQuestionSpecs
{
    private static readonly MacAddress Mac = ApiSamples.Mac(1);
    private static readonly ApiSignals Everything = new()
    {
        DhcpFingerprint = "1,3,6,3",
        DhcpVendor = "MSFT 5.0",
        Dhcp6Fingerprint = "23,24",
        UserAgents = ["Mozilla/5.0 (a \"b\")", "curl/8"],
    };

    [Fact]
    public void The_body_holds_the_configured_fields_and_no_other()
    {
        Assert.Equal("""{"mac":"00:1E:C2:00:00:01","dhcp_fingerprint":"1,3,6,3","dhcp_vendor":"MSFT 5.0","dhcp6_fingerprint":"23,24","user_agents":["Mozilla/5.0 (a \"b\")","curl/8"]}""",
            BodyOf(ApiSamples.AllFields));
        Assert.Equal("""{"dhcp_fingerprint":"1,3,6,3"}""", BodyOf([ApiField.DhcpFingerprint]));
        Assert.Equal("""{"mac":"00:1E:C2:00:00:01","user_agents":["Mozilla/5.0 (a \"b\")","curl/8"]}""", BodyOf([ApiField.Mac, ApiField.UserAgents]));
    }

    [Fact]
    public void An_address_alone_is_not_asked_about() =>
        Assert.Null(ApiQuestion.Of(Mac, new ApiSignals(), ApiSamples.AllFields));

    [Fact]
    public void A_locally_administered_address_is_never_sent()
    {
        var question = ApiQuestion.Of(new MacAddress(0x02AABBCCDDEE), Everything, ApiSamples.AllFields)!;
        Assert.DoesNotContain("mac", Encoding.UTF8.GetString(question.Body.Span), StringComparison.Ordinal);
        Assert.Equal(new MacAddress(0x02AABBCCDDEE), question.Mac);
    }

    [Fact]
    public void Equal_signals_have_one_hash_whatever_the_device_and_other_signals_another()
    {
        var first = ApiSamples.Question(1);
        Assert.Equal(first.SignalHash, ApiSamples.Question(2).SignalHash);
        Assert.NotEqual(first.SignalHash, ApiSamples.Question(1, "1,6,3").SignalHash);
        Assert.Equal(first, ApiSamples.Question(1));
        Assert.NotEqual(first, ApiSamples.Question(2));
    }

    [Fact]
    public void Texts_that_were_escaped_or_cut_are_left_out_and_user_agents_are_few()
    {
        var signals = new ApiSignals
        {
            DhcpFingerprint = "1,3",
            DhcpVendor = @"bad\x00vendor",
            UserAgents = [new string('a', ApiQuestion.MaxText), .. Enumerable.Range(0, 20).Select(n => $"agent/{n}"), "agent/0"],
        };
        var sent = signals.Only(ApiSamples.AllFields);
        Assert.Null(sent.DhcpVendor);
        Assert.Equal(["agent/0", "agent/1", "agent/2", "agent/3", "agent/4"], sent.UserAgents);
    }

    private static string BodyOf(HashSet<ApiField> fields) => Encoding.UTF8.GetString(ApiQuestion.Of(Mac, Everything, fields)!.Body.Span);
}
