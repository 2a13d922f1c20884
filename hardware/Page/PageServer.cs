using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hardware.Page;

/// <summary>Serves the page of one board to browsers of this computer, and to nobody else.</summary>
/// <remarks>It listens on 127.0.0.1 and [::1] only. The address has a random word in it, without which nothing is served. A
/// request that another site's page makes is refused by its Host or Origin.</remarks>
public sealed class PageServer : IAsyncDisposable
{
    /// <summary>Where it is served when that port is free.</summary>
    public const int UsualPort = 8474;

    private const int FrameMilliseconds = 33; // pages get news so often at most
    private const int RequestBytesMax = 4096;
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private static readonly Dictionary<string, string> s_types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    private readonly WebApplication _app;
    private readonly IPageBoard _board;
    private readonly string _token;

    private PageServer(WebApplication app, IPageBoard board, string token, int port, bool isUsualPort)
    {
        _app = app;
        _board = board;
        _token = token;
        Port = port;
        IsPortAsked = isUsualPort;
    }

    /// <summary>What a browser opens.</summary>
    public string Address => $"http://127.0.0.1:{Port}/{_token}/";

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>False: the port that was asked for is taken, and this is another one.</summary>
    public bool IsPortAsked { get; }

    /// <summary>Starts serving.</summary>
    /// <param name="board">The board.</param>
    /// <param name="port">Where; taken: another one; 0: any.</param>
    /// <param name="token">The word in the address; null: a random one.</param>
    /// <exception cref="IOException">No port could be had.</exception>
    public static async Task<PageServer> Start(IPageBoard board, int port = UsualPort, string? token = null)
    {
        token ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        if (port == 0) port = FreePort();
        int asked = port;
        for (int attempt = 0; ; attempt++)
        {
            WebApplication app = Build(port);
            var server = new PageServer(app, board, token, port, port == asked);
            app.Run(server.Answer);
            try
            {
                await app.StartAsync();
                return server;
            }
            catch (IOException) when (attempt < 5)
            {
                await app.DisposeAsync();
                port = FreePort();
            }
        }
    }

    /// <summary>Opens it in a browser.</summary>
    /// <returns>Null: one was started. Else why not, one line.</returns>
    public string? OpenBrowser()
    {
        try
        {
            Process.Start(new ProcessStartInfo(Address) { UseShellExecute = true })?.Dispose();
            return null;
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException
            or PlatformNotSupportedException)
        {
            return $"--open: no browser could be started: {exception.Message}";
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static WebApplication Build(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime>(new OwnersLifetime());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = RequestBytesMax;
            options.Listen(IPAddress.Loopback, port, Plain);
            if (HasIpv6) options.Listen(IPAddress.IPv6Loopback, port, Plain);
        });
        return builder.Build();
    }

    private static void Plain(ListenOptions options) => options.Protocols = HttpProtocols.Http1;

    private static bool HasIpv6
    {
        get
        {
            try
            {
                using var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
                listener.Start();
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task Answer(HttpContext context)
    {
        HttpRequest request = context.Request;
        HttpResponse response = context.Response;
        response.Headers["Referrer-Policy"] = "no-referrer"; // or the word in the address would leave with a link
        response.Headers["X-Content-Type-Options"] = "nosniff";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            + "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        if (!IsOurs(request.Host.Value) || request.Headers.Origin.Any(origin => !IsOurOrigin(origin)))
        {
            await Refuse(response, StatusCodes.Status403Forbidden, "this board answers to pages of its own address only");
            return;
        }

        string[] path = (request.Path.Value ?? "").Split('/');
        if (path.Length != 3 || !IsToken(path[1]))
        {
            await Refuse(response, StatusCodes.Status404NotFound,
                "there is no page here: open the whole address that the command printed, with the word after the port");
            return;
        }

        switch (request.Method, path[2])
        {
            case ("GET", "events"):
                await Stream(context);
                break;
            case ("GET", "history"):
                response.ContentType = "application/octet-stream";
                _board.Feed.WriteHistory(response.BodyWriter);
                await response.BodyWriter.FlushAsync(context.RequestAborted);
                break;
            case ("GET", "timeline.svg"):
                if (_board.DrawTimeline() is { Svg: var svg })
                {
                    response.ContentType = s_types[".svg"];
                    await response.WriteAsync(svg, context.RequestAborted);
                    break;
                }

                await Refuse(response, StatusCodes.Status404NotFound, "there is no picture yet");
                break;
            case ("GET", "timeline"):
                if (_board.DrawTimeline() is { } picture)
                    await response.WriteAsJsonAsync(picture, s_json, context.RequestAborted);
                else response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case ("POST", "do"):
                await Do(context);
                break;
            case ("GET", var name):
                await Send(response, name.Length == 0 ? "index.html" : name, context.RequestAborted);
                break;
            default:
                await Refuse(response, StatusCodes.Status405MethodNotAllowed, "only GET, and POST to 'do'");
                break;
        }
    }

    private async Task Stream(HttpContext context)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, _app.Lifetime.ApplicationStopping);
        context.Response.ContentType = "text/event-stream";
        string? last = context.Request.Headers["Last-Event-ID"]; // of a connection that was lost
        last ??= context.Request.Query["after"];
        Feed.FeedReader reader = _board.Feed.Read(last);
        try
        {
            await context.Response.WriteAsync("retry: 500\n\n", ended.Token);
            while (true)
            {
                await reader.Next(context.Response.BodyWriter, ended.Token);
                await context.Response.BodyWriter.FlushAsync(ended.Token);
                if (!reader.IsBehind) await Task.Delay(FrameMilliseconds, ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task Do(HttpContext context)
    {
        PageRequest? request;
        try
        {
            request = context.Request.HasJsonContentType()
                ? await context.Request.ReadFromJsonAsync<PageRequest>(s_json, context.RequestAborted) : null;
        }
        catch (JsonException)
        {
            request = null;
        }

        string? refusal = request is { What: not null } ? _board.Do(request) : "this is no request";
        if (refusal is null) context.Response.StatusCode = StatusCodes.Status204NoContent;
        else await Refuse(context.Response, StatusCodes.Status400BadRequest, refusal);
    }

    private static async Task Send(HttpResponse response, string name, CancellationToken cancellation)
    {
        await using Stream? file = typeof(PageServer).Assembly.GetManifestResourceStream(name);
        if (file is null || !s_types.TryGetValue(Path.GetExtension(name), out string? type))
        {
            await Refuse(response, StatusCodes.Status404NotFound, "there is no such file");
            return;
        }

        response.ContentType = type;
        await file.CopyToAsync(response.Body, cancellation);
    }

    private static Task Refuse(HttpResponse response, int status, string why)
    {
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync(why + "\n");
    }

    private bool IsOurs(string? host) => host == $"127.0.0.1:{Port}" || host == $"[::1]:{Port}" || host == $"localhost:{Port}";

    private bool IsOurOrigin(string? origin) =>
        origin is not null && origin.StartsWith("http://", StringComparison.Ordinal) && IsOurs(origin["http://".Length..]);

    private bool IsToken(string word) => CryptographicOperations.FixedTimeEquals(
        System.Text.Encoding.UTF8.GetBytes(word), System.Text.Encoding.UTF8.GetBytes(_token));

    // Ctrl-C is the program's: the server ends when it is disposed.
    private sealed class OwnersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
