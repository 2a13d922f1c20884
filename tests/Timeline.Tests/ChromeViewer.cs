using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Timeline.Tests;

/// <summary>A slice as the viewer's model has it.</summary>
internal sealed record ViewerSlice(string Title, double StartMilliseconds, double DurationMilliseconds);

/// <summary>A thread of the viewer's model that has slices.</summary>
internal sealed record ViewerThread(string Name, IReadOnlyList<ViewerSlice> Slices);

/// <summary>What the viewer made of a trace.</summary>
internal sealed record ViewerModel(IReadOnlyList<ViewerThread> Threads, IReadOnlyList<string> Warnings);

/// <summary>Chrome's trace viewer (catapult), the one that <c>chrome://tracing</c> shows, in a headless Chromium.</summary>
/// <remarks>The viewer is a page that comes with every installation of Go, whose <c>go tool trace</c> shows it: nothing is
/// downloaded. Chromium's own copy is not used, as Debian's Chromium has none.</remarks>
internal static partial class ChromeViewer
{
    private const string ViewerPage = "trace_viewer_full.html";
    private const string Polyfill = "webcomponents.min.js";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(50);

    private static readonly string[] s_browsers =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];

    // Where Go has had the page: before 1.18, to 1.21, since 1.22.
    private static readonly string[] s_foldersInGo =
        ["misc/trace", "src/cmd/trace/static", "src/internal/trace/traceviewer/static"];

    /// <summary>Lets the viewer import a trace.</summary>
    /// <param name="trace">The file's text.</param>
    internal static ViewerModel Import(string trace)
    {
        string browser = Browser();
        string folder = ViewerFolder();
        string page = "<!DOCTYPE html><html><head><meta charset='utf-8'></head><body><pre id='result'></pre><script>"
            + File.ReadAllText(Path.Combine(folder, Polyfill)) + "</script>"
            + File.ReadAllText(Path.Combine(folder, ViewerPage)) + "<script>"
            + $$"""
            const result = document.getElementById('result');
            try {
              const model = new tr.Model();
              const options = new tr.importer.ImportOptions();
              options.shiftWorldToZero = false;
              new tr.importer.Import(model, options).importTraces([{{JsonSerializer.Serialize(trace)}}]);
              const threads = [];
              for (const process of model.getAllProcesses()) {
                for (const thread of Object.values(process.threads)) {
                  if (thread.sliceGroup.length === 0) continue;
                  threads.push({ Name: thread.name, Slices: thread.sliceGroup.slices.map(slice => (
                    { Title: slice.title, StartMilliseconds: slice.start, DurationMilliseconds: slice.duration })) });
                }
              }
              const warnings = model.importWarnings.map(warning => warning.message);
              result.textContent = JSON.stringify({ Threads: threads, Warnings: warnings });
            } catch (error) { result.textContent = 'FAILED ' + error.stack; }
            """
            + "</script></body></html>";
        return JsonSerializer.Deserialize<ViewerModel>(Run(browser, page))!;
    }

    /// <summary>Runs a page that leaves its result in <c>&lt;pre id='result'&gt;</c>.</summary>
    internal static string Run(string page) => Run(Browser(), page);

    private static string Run(string browser, string page)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("timeline-tests-");
        try
        {
            string file = Path.Combine(folder.FullName, "page.html");
            File.WriteAllText(file, page);
            string dump = Output(browser,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--user-data-dir=" + Path.Combine(folder.FullName, "profile"),
                "--dump-dom", new Uri(file).AbsoluteUri,
            ]) ?? throw new TimeoutException($"{browser} did not answer within {s_limit.TotalSeconds} s");
            string result = WebUtility.HtmlDecode(Result().Match(dump).Groups[1].Value);
            if (result.Length == 0 || result.StartsWith("FAILED", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"the page left no result: {result}");
            }

            return result;
        }
        finally
        {
            Delete(folder);
        }
    }

    private static string Browser() =>
        Environment.GetEnvironmentVariable("CHROME_BIN") is { Length: > 0 } given && File.Exists(given) ? given
        : OnPath(s_browsers) ?? throw Missing("Chromium", "apt-get install chromium, or set CHROME_BIN to the program");

    private static string ViewerFolder()
    {
        var roots = new List<string>();
        if (OnPath(["go"]) is { } go && Output(go, ["env", "GOROOT"])?.Trim() is { Length: > 0 } root) roots.Add(root);
        foreach (string parent in new[] { "/usr/share", "/usr/lib", "/usr/local" })
        {
            if (Directory.Exists(parent)) roots.AddRange(Directory.GetDirectories(parent, "go*"));
        }

        IEnumerable<string> folders = roots.SelectMany(_ => s_foldersInGo, (parent, child) => Path.Combine(parent, child));
        if (Environment.GetEnvironmentVariable("TRACE_VIEWER") is { Length: > 0 } given) folders = [given, .. folders];
        return folders.FirstOrDefault(folder =>
                File.Exists(Path.Combine(folder, ViewerPage)) && File.Exists(Path.Combine(folder, Polyfill)))
            ?? throw Missing("Chrome's trace viewer",
                "it comes with Go (apt-get install golang-src), or set TRACE_VIEWER to the folder with "
                    + $"{ViewerPage} and {Polyfill}");
    }

    private static AssertInconclusiveException Missing(string what, string remedy) =>
        new($"Not run, because {what} is not on this machine: {remedy}.");

    private static string? OnPath(IEnumerable<string> programs)
    {
        string suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return programs.SelectMany(_ => folders, (program, folder) => Path.Combine(folder, program + suffix))
            .FirstOrDefault(File.Exists);
    }

    // Null: it took too long, and was ended.
    private static string? Output(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (output.Wait(s_limit) && process.WaitForExit(s_limit)) return output.Result;
        process.Kill(entireProcessTree: true);
        return null;
    }

    // Chromium's last helper may still write for a moment after the browser has ended.
    private static void Delete(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // The system clears its folder for temporary files.
        }
    }

    [GeneratedRegex("<pre id=\"result\">(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex Result();
}
