using System.Xml.Linq;
using Hardware.Boards;
using Hardware.Cli;

namespace Hardware.Flash;

/// <summary>A firmware project: what is built, and what is deployed. Both from the top of the repository, where they are in
/// it.</summary>
/// <param name="Project">The project, or its folder.</param>
/// <param name="Image">The deployable image with all its libraries, which the board flavour's build leaves.</param>
/// <param name="NeedsEsp32">True: it refers to a library whose native half only an ESP32's runtime has.</param>
public sealed record FirmwareProject(string Project, string Image, bool NeedsEsp32)
{
    /// <summary>The one that is flashed if no other is asked for.</summary>
    public static FirmwareProject Of(BoardFacts board) =>
        Of(board.Firmware, $"{board.Firmware}/{Path.GetFileName(board.Firmware)}.csproj", board.IsEsp32);

    /// <summary>One of the user's.</summary>
    /// <param name="root">The top of the repository.</param>
    /// <param name="path">A project, or a folder with one: from the current folder, or from the top of the repository.</param>
    /// <exception cref="UsageException">It is neither.</exception>
    public static FirmwareProject Find(string root, string path)
    {
        FileName.ThrowIfNone("--firmware", path, "a project");
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Path.Exists(full)) full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, root));
        bool isProject = File.Exists(full) && full.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase);
        if (!isProject && !Directory.Exists(full))
        {
            throw new UsageException($"--firmware {path}: there is no such project or folder");
        }

        string file = isProject ? full : InputFile.ProjectIn("--firmware", full, path);
        string project = FromRoot(root, file);
        XElement text = InputFile.Project($"--firmware {file}", file);
        if (IsLibrary(text)) throw new UsageException($"--firmware {path}: this is a library; name a program");
        return Of(FromRoot(root, full), project, RefersToEsp32(text));
    }

    private static FirmwareProject Of(string built, string project, bool needsEsp32)
    {
        string folder = project[..(project.LastIndexOf('/') + 1)];
        string name = Path.GetFileNameWithoutExtension(project);
        return new FirmwareProject(built, $"{folder}bin/Release/netnano1.0/{name}.bin", needsEsp32);
    }

    // What it refers to by way of another project is not looked for: the runtime says so at its start.
    private static bool RefersToEsp32(XElement project) => project.Descendants()
        .Where(element => element.Name.LocalName is "ProjectReference" or "PackageReference")
        .Select(element => element.Attribute("Include")?.Value ?? "")
        .Any(name => name.Contains("Esp32", StringComparison.OrdinalIgnoreCase));

    // MSBuild would need the board's SDK to tell. A program says that it is one, by itself or in a file that it imports; of those
    // Device.props and Device.targets do not, and of another one nothing is known here.
    private static bool IsLibrary(XElement project) => project.Descendants().All(element => element.Name.LocalName switch
    {
        "OutputType" => element.Value.Trim().Equals("Library", StringComparison.OrdinalIgnoreCase),
        "Import" => element.Attribute("Sdk") is not null
            || element.Attribute("Project")?.Value.Split('/', '\\')[^1] is "Device.props" or "Device.targets",
        _ => true,
    });

    private static string FromRoot(string root, string full)
    {
        string relative = Path.GetRelativePath(root, full);
        bool isInside = !Path.IsPathRooted(relative) && relative.Split(Path.DirectorySeparatorChar)[0] != "..";
        return (isInside ? relative : full).Replace('\\', '/');
    }
}

/// <summary>What the user asked for, checked.</summary>
/// <param name="Board">The board.</param>
/// <param name="Target">The nanoFramework runtime, one of the board's.</param>
/// <param name="Port">The serial port; null where no command of the plan needs one.</param>
/// <param name="Runtime">True: flash the runtime too.</param>
/// <param name="Monitor">True: read the log afterwards.</param>
public sealed record FlashRequest(BoardFacts Board, string Target, string? Port, bool Runtime, bool Monitor)
{
    /// <summary>What goes onto the board.</summary>
    public FirmwareProject Firmware { get; init; } = FirmwareProject.Of(Board);

    /// <summary>True: the port is the way into the board, or the log is to be read from it.</summary>
    public bool NeedsPort => Board.Connection == Connection.Serial || Monitor;
}

/// <summary>One command of a plan. All of them are <c>dotnet</c>, so that they are the same on every system.</summary>
/// <param name="Purpose">What it does, for the progress line.</param>
/// <param name="WritesBoard">True: it changes what is in the board.</param>
/// <param name="Arguments">What follows <c>dotnet</c>.</param>
public sealed record FlashStep(string Purpose, bool WritesBoard, string[] Arguments)
{
    /// <summary>True: it may print nothing for half a minute. A build and the monitor show what they do.</summary>
    public bool IsSilent => Arguments[0] == "tool";

    /// <summary>The command as a user types it at the top of the repository.</summary>
    public string CommandLine => "dotnet " + string.Join(' ', Arguments.Select(Shell.Quote));
}

/// <summary>The commands that bring the firmware onto a board.</summary>
public static class FlashPlan
{
    /// <summary>The commands in their order: nothing is written to the board before the firmware has been built.</summary>
    public static IReadOnlyList<FlashStep> Make(FlashRequest request)
    {
        List<FlashStep> steps =
        [
            new("Build the firmware", false, ["build", request.Firmware.Project, "-c", "Release", "-p:NanoFramework=true"]),
            new("Restore nanoff", false, ["tool", "restore"]),
        ];

        if (request.Runtime)
        {
            steps.Add(Nanoff("Flash the runtime", ["--update", "--target", request.Target, .. Way(request)]));
        }

        // An ESP32 restarts by itself. That nanoff has written the image is no proof that the runtime finds it: see NamedAddress
        // in BoardFacts.
        bool isSerial = request.Board.Connection == Connection.Serial;
        string[] reset = isSerial ? [] : ["--reset"];
        steps.Add(Nanoff("Deploy the firmware", ["--target", request.Target, .. Way(request), "--deploy", "--image",
            request.Firmware.Image, "--address", request.Board.DeployAddress, .. reset]));
        if (isSerial)
        {
            steps.Add(Nanoff("Look what the board holds: the firmware stands under Assemblies",
                ["--nanodevice", "--devicedetails", .. Way(request)], writesBoard: false));
        }

        if (request.Monitor)
        {
            steps.Add(new("Read the log", false,
                ["run", "--project", "hardware/Monitor", "--", "--board", request.Board.Name, "--port", request.Port!]));
        }

        return steps;
    }

    private static FlashStep Nanoff(string purpose, string[] arguments, bool writesBoard = true) =>
        new(purpose, writesBoard, ["tool", "run", "nanoff", "--", .. arguments]);

    private static string[] Way(FlashRequest request) =>
        request.Board.Connection == Connection.Serial ? ["--serialport", request.Port!] : ["--jtag"];
}
