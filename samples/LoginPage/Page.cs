using System.Text.Encodings.Web;

namespace LoginPage;

/// <summary>The login form, with a line above it.</summary>
internal static class Page
{
    public static Task WriteAsync(HttpContext context, string? line)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync($$"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>Log in</title>
            <p role="status">{{HtmlEncoder.Default.Encode(line ?? "")}}</p>
            <form method="post" action="/login">
              <label>User <input name="user" autocomplete="username" required></label>
              <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
              <input type="hidden" name="hints">
              <button>Log in</button>
            </form>
            <script>
              const hour = Math.floor(-new Date().getTimezoneOffset() / 60) * 60;
              const screenSize = [screen.width, screen.height].map(side => Math.floor(side / 100) * 100).join("x");
              document.querySelector("[name=hints]").value = JSON.stringify({ tz: (hour < 0 ? "" : "+") + hour, screen: screenSize });
            </script>
            </html>

            """, context.RequestAborted);
    }
}
