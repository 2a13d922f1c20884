using Hardware.Machine;
using Reference;

namespace Machine.Tests;

/// <summary>Programs of this folder, compiled as for a board, once each.</summary>
internal static class Firmware
{
    private static readonly Lock s_gate = new();
    private static readonly Dictionary<string, string> s_compiled = [];
    private static readonly string s_output = Directory.CreateTempSubdirectory("machine-tests").FullName;
    private static readonly Lazy<BoardCompiler> s_compiler = new(() => new BoardCompiler());

    /// <summary>A program that needs no library.</summary>
    internal static string Program(string name)
    {
        lock (s_gate)
        {
            if (s_compiled.TryGetValue(name, out string? known)) return known;
            string output = Path.Combine(s_output, name + ".dll");
            IReadOnlyList<string> errors = s_compiler.Value.Compile([Source(name)], output, isProgram: true, isNullable: false);
            Assert.IsEmpty(errors, string.Join('\n', errors));
            s_compiled.Add(name, output);
            return output;
        }
    }

    /// <summary>A program with the repository's libraries; without a name the module itself.</summary>
    internal static string WithLibraries(string name = "ButtonModule")
    {
        lock (s_gate)
        {
            if (s_compiled.TryGetValue(name, out string? known)) return known;
            string output = Directory.CreateDirectory(Path.Combine(s_output, name)).FullName;
            string firmware = FirmwareBuild.FindFirmware();
            string built = FirmwareBuild.Build(firmware, output, name, name == "ButtonModule" ? null : [Source(name)]);
            s_compiled.Add(name, built);
            return built;
        }
    }

    /// <summary>A machine with a program of this folder.</summary>
    internal static Hardware.Machine.Machine Load(string name, Profile? profile = null)
    {
        Hardware.Machine.Machine machine = new(profile ?? Profile.Reference);
        machine.Load(Program(name));
        return machine;
    }

    private static string Source(string name) => Path.Combine(AppContext.BaseDirectory, "Programs", name + ".cs");
}
