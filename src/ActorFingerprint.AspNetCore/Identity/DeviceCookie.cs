using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace ActorFingerprint.AspNetCore;

/// <summary>
/// The session level of device identity (AF-1 §5): a random id in an HttpOnly, Secure cookie, bound to the account that logged in with it
/// and
/// sealed by ASP.NET Core's data protection. Issue it after a login; from then on failures of strangers are not this device's.
/// </summary>
public sealed class DeviceCookie
{
    /// <summary>Name of the cookie. The prefix makes browsers insist on HTTPS and on this host.</summary>
    public const string Name = "__Host-device";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(180);

    private readonly ITimeLimitedDataProtector _protector;

    /// <summary>Cookies sealed with the application's keys.</summary>
    public DeviceCookie(IDataProtectionProvider protection)
    {
        ArgumentNullException.ThrowIfNull(protection);
        _protector = protection.CreateProtector("ActorFingerprint.DeviceCookie.v1").ToTimeLimitedDataProtector();
    }

    /// <summary>Gives this device an id of its own for an account; after a login that succeeded.</summary>
    public void Issue(HttpContext context, string accountId)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrWhiteSpace(accountId);
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        context.Response.Cookies.Append(Name, _protector.Protect($"{id} {accountId}", Lifetime), new CookieOptions
        {
            HttpOnly = true,
            Secure = true,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            MaxAge = Lifetime,
            IsEssential = true,
        });
    }

    /// <summary>What the cookie says for an account; nothing when there is none, or it is not ours.</summary>
    public DeviceClaim Read(HttpContext context, string? accountId)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Request.Cookies.TryGetValue(Name, out var sealedText)) return default;
        try
        {
            var text = _protector.Unprotect(sealedText);
            var space = text.IndexOf(' ', StringComparison.Ordinal);
            return space < 0 ? default : new(text[..space], accountId is not null && text[(space + 1)..] == accountId);
        }
        catch (CryptographicException)
        {
            return default; // expired, of other keys, or made up
        }
    }
}
