using System;
using System.Collections.Generic;
using System.IO;
using Hardware.Cli;

namespace Reference;

/// <summary>The repository's firmware as a board gets it: libraries, the module, or a program of a test with the
/// libraries.</summary>
public static class FirmwareBuild
{
    /// <summary>The folder firmware/ of the repository that the calling program was built in.</summary>
    /// <exception cref="UsageException">It is in no repository.</exception>
    public static string FindFirmware() => Path.Combine(Repository.Root, "firmware");

    /// <summary>Builds the libraries, and a program with them.</summary>
    /// <param name="firmware">The folder firmware/ of any state of the repository.</param>
    /// <param name="output">The folder for the assemblies.</param>
    /// <param name="program">The program's name.</param>
    /// <param name="sources">Its sources; null: those of firmware/ButtonModule.</param>
    /// <returns>The program's assembly.</returns>
    /// <exception cref="InvalidOperationException">It does not compile.</exception>
    public static string Build(
        string firmware, string output, string program = "ButtonModule", IEnumerable<string>? sources = null)
    {
        BoardCompiler compiler = new();
        string library = Path.Combine(output, "Workqueues.dll");
        string pins = Path.Combine(output, "Workqueues.Gpio.dll");
        string main = Path.Combine(output, program + ".dll");
        Check(compiler.Compile(BoardCompiler.Sources(Path.Combine(firmware, "Workqueues")), library, false, true));
        string texts = Path.Combine(firmware, "Workqueues.Diagnostics"); // older states have it in the library
        if (Directory.Exists(texts))
        {
            Check(compiler.Compile(
                BoardCompiler.Sources(texts), Path.Combine(output, "Workqueues.Diagnostics.dll"), false, true, library));
        }

        Check(compiler.Compile(BoardCompiler.Sources(Path.Combine(firmware, "Workqueues.Gpio")), pins, false, true, library));
        sources ??= BoardCompiler.Sources(Path.Combine(firmware, "ButtonModule"));
        Check(compiler.Compile(sources, main, true, true, library, pins));
        return main;
    }

    private static void Check(IReadOnlyList<string> errors)
    {
        if (errors.Count > 0) throw new InvalidOperationException(string.Join(Environment.NewLine, errors));
    }
}
