using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Page.Tests;

/// <summary>The command itself, as a process.</summary>
[TestClass]
public sealed class CommandTests
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "VirtualBoard.dll");

    [TestMethod]
    public async Task Web_PrintsOneAddressAndEndsByCtrlC()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Not run: Windows has no signal for Ctrl-C that a test could send.");
        using Process process = Start($"--web --port {FreePort()}");
        string address = (await process.StandardOutput.ReadLineAsync())!;
        using var client = new HttpClient();
        Assert.AreEqual(HttpStatusCode.OK, (await client.GetAsync(address)).StatusCode);
        using HttpResponseMessage stream = await client.GetAsync(address + "events", HttpCompletionOption.ResponseHeadersRead);
        using (Process kill = Process.Start("kill", ["-INT", process.Id.ToString()])) await kill.WaitForExitAsync();
        Assert.AreEqual("", await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.AreEqual(0, process.ExitCode, await process.StandardError.ReadToEndAsync());
    }

    [TestMethod]
    public async Task Web_WherePortIsTaken_SaysWhichOneItTookInstead()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int taken = ((IPEndPoint)other.LocalEndpoint).Port;
        using Process process = Start($"--web --port {taken}");
        try
        {
            string said = (await process.StandardOutput.ReadLineAsync())!;
            StringAssert.StartsWith(said, $"port {taken} is taken; this is ");
            var address = new Uri((await process.StandardOutput.ReadLineAsync())!);
            Assert.AreEqual(said.Split(' ')[^1], address.Port.ToString());
        }
        finally
        {
            process.Kill();
        }
    }

    [TestMethod]
    public async Task Run_WithoutAPage_LoadsNothingOfAWebServer()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Not run: only Linux says which files a process has loaded.");
        using Process process = Start("--presses 1 --real-time");
        try
        {
            await process.StandardOutput.ReadLineAsync();
            await process.StandardOutput.ReadLineAsync(); // the firmware runs
            string loaded = await File.ReadAllTextAsync($"/proc/{process.Id}/maps");
            StringAssert.Contains(loaded, "/Hardware.Machine.dll");
            foreach (string name in new[] { "Microsoft.AspNetCore", "Microsoft.Extensions", "/Hardware.Page.dll" })
            {
                Assert.DoesNotContain(name, loaded);
            }
        }
        finally
        {
            process.Kill();
        }
    }

    [TestMethod]
    [DataRow("--web --interactive", "--web and --interactive do not go together")]
    [DataRow("--open --storm 10", "--open and --storm do not go together")]
    [DataRow("--port 9000", "--port goes with --web")]
    public async Task Web_WithWhatDoesNotFit_IsRefused(string arguments, string expected)
    {
        using Process process = Start(arguments);
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.AreEqual(2, process.ExitCode);
        StringAssert.Contains(errors, expected);
    }

    private static Process Start(string arguments) => Process.Start(new ProcessStartInfo("dotnet", $"\"{s_program}\" {arguments}")
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
