using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using Hardware.Cli;
using Hardware.Machine;

namespace Reference;

/// <summary>Runs every program of a folder on the machine and compares it with what the real runtime printed.</summary>
internal static class Program
{
    // A program that has not ended by then never will.
    private const double LongestMilliseconds = 3_600_000;

    private static int Main(string[] arguments)
    {
        Argument<string> folder = new("FOLDER")
        {
            Description = "Its programs NAME.cs are compiled as for a board and run. NAME.expected.txt is what a program must "
                + "print, NAME.pins.txt (lines \"ms pin level\") what happens on its pins; settings and totals are in its first "
                + "comment",
        };
        Argument<string[]> names = new("NAME")
        {
            Description = "Run only these programs [default: all]",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<bool> fast = new("--500ns")
        {
            Description = "Run at 500 ns per instruction, and compare with NAME.expected-500ns.txt where there is one",
        };
        Option<bool> exact = new("--exact-clock")
        {
            Description = "Run with a clock without steps, and compare with NAME.expected-exactclock.txt where there is one",
        };
        Option<bool> verbose = new("--verbose")
        {
            Description = "Print the instructions and thread switches of each program too",
        };
        RootCommand root = new("Runs programs on the machine (hardware/Machine), and compares with what the real runtime printed."
            + "\n\nExit code: 0 all are equal, 1 some are not, 2 wrong use.") { folder, names, fast, exact, verbose };
        CommandProgram program = CommandProgram.Start("Reference");
        root.SetAction(parsed =>
        {
            string path = parsed.GetValue(folder)!;
            string[] only = parsed.GetValue(names)!;
            string? unknown = only.Prepend(path).FirstOrDefault(each => each.StartsWith('-'));
            if (unknown != null) throw new UsageException($"there is no option {unknown}; --help lists the options");
            if (parsed.GetValue(fast) && parsed.GetValue(exact))
            {
                throw new UsageException("--500ns and --exact-clock do not go together: leave one out");
            }

            if (!Directory.Exists(path)) throw new UsageException($"there is no folder {path}");
            Case[] cases = [.. Directory.GetFiles(path, "*.cs").Order(StringComparer.Ordinal).Select(file => new Case(file))];
            if (only.Length > 0) cases = [.. cases.Where(each => only.Contains(each.Name))];
            if (cases.Length == 0) throw new UsageException($"{path} has no such program");
            Variant variant = parsed.GetValue(fast) ? Variant.FastCore
                : parsed.GetValue(exact) ? Variant.ExactClock : Variant.Own;
            return Run(cases, variant, parsed.GetValue(verbose));
        });
        return program.Run(root, arguments);
    }

    private static int Run(Case[] cases, Variant variant, bool isVerbose)
    {
        string folder = Directory.CreateTempSubdirectory("reference").FullName;
        try
        {
            BoardCompiler compiler = new();
            int passed = 0;
            int failed = 0;
            foreach (Case each in cases)
            {
                string? expected = each.Expected(variant);
                if (expected == null && variant != Variant.Own)
                {
                    Console.WriteLine($"skip {each.Name}: not measured so");
                    continue;
                }

                List<string> faults = Faults(each, variant, expected, compiler, folder, out string totals);
                Console.WriteLine((faults.Count == 0 ? "pass " : "FAIL ") + each.Name + (isVerbose ? totals : ""));
                foreach (string fault in faults) Console.WriteLine("     " + fault);
                if (faults.Count == 0) passed++;
                else failed++;
            }

            Console.WriteLine($"{passed} passed, {failed} failed");
            return failed == 0 ? ExitCode.Success : ExitCode.Failed;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<string> Faults(
        Case program, Variant variant, string? expected, BoardCompiler compiler, string folder, out string totals)
    {
        totals = "";
        if (expected == null) return ["there is no " + program.Name + ".expected.txt"];
        string assembly = Path.Combine(folder, program.Name + ".dll");
        IReadOnlyList<string> errors = compiler.Compile([program.Source], assembly, isProgram: true, isNullable: false);
        if (errors.Count > 0) return [.. errors];
        Machine machine = new(program.Profile(variant));
        RunResult result;
        try
        {
            machine.Load(assembly);
            program.Drive(machine.Pins);
            result = machine.Run(new RunOptions { UntilMilliseconds = LongestMilliseconds });
        }
        catch (Exception exception) when (exception is UnknownMemberException or InvalidDataException)
        {
            return [exception.Message];
        }

        totals = string.Create(
            CultureInfo.InvariantCulture,
            $": {result.Instructions} IL, {result.Switches} switches, {result.Nanoseconds / 1000} us");
        List<string> faults = [];
        Compare(File.ReadAllText(expected), result.Text, faults);
        if (result.End != RunEnd.ProgramEnded) faults.Add($"it did not end: {result.End}\n{result.DescribeThreads()}");
        if (faults.Count > 0)
        {
            faults.AddRange(result.UnhandledExceptions.Select(each => $"not caught in {each.Thread}: {each.Exception}"));
        }

        if (variant != Variant.Own) return faults;
        if (program.Instructions is { } instructions && Math.Abs(result.Instructions - instructions) > instructions / 100.0)
        {
            faults.Add($"{result.Instructions} IL instead of {instructions}");
        }

        if (program.Switches is { } switches && result.Switches != switches)
        {
            faults.Add($"{result.Switches} switches instead of {switches}");
        }

        return faults;
    }

    private static void Compare(string expected, string actual, List<string> faults)
    {
        string[] wanted = expected.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        string[] got = actual.TrimEnd('\n').Split('\n');
        for (int i = 0; i < Math.Max(wanted.Length, got.Length); i++)
        {
            string want = i < wanted.Length ? wanted[i] : "(nothing)";
            string have = i < got.Length ? got[i] : "(nothing)";
            if (want == have) continue;
            faults.Add($"line {i + 1}: \"{have}\" instead of \"{want}\"");
            if (faults.Count == 8) return;
        }
    }
}
