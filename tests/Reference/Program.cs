using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Hardware.Machine;

namespace Reference;

/// <summary>Runs every program of a folder on the machine and compares it with what the real runtime printed.</summary>
internal static class Program
{
    private const string Usage = """
        Usage: dotnet run -c Release --project tests/Reference -- FOLDER [NAME…] [--500ns | --exact-clock] [--verbose]
          FOLDER         each NAME.cs in it is compiled as for a board and run; NAME.expected.txt is what it must print,
                         NAME.pins.txt (lines "ms pin level") what happens on its pins. Its head comment says settings and totals.
          NAME           only these
          --500ns        at 500 ns per instruction, against NAME.expected-500ns.txt where the output differs
          --exact-clock  with a clock without steps, against NAME.expected-exactclock.txt where the output differs
          --verbose      with instructions and switches of each program
        """;

    // A program that has not ended by then never will.
    private const double LongestMilliseconds = 3_600_000;

    private static int Main(string[] arguments)
    {
        Variant variant = Variant.Own;
        bool isVerbose = false;
        List<string> names = [];
        foreach (string argument in arguments)
        {
            switch (argument)
            {
                case "--500ns":
                    variant = Variant.FastCore;
                    break;
                case "--exact-clock":
                    variant = Variant.ExactClock;
                    break;
                case "--verbose":
                    isVerbose = true;
                    break;
                default:
                    if (argument.StartsWith('-')) return Refuse($"There is no option {argument}.");
                    names.Add(argument);
                    break;
            }
        }

        if (names.Count == 0) return Refuse("Say the folder with the programs.");
        if (!Directory.Exists(names[0])) return Refuse($"There is no folder {names[0]}.");
        Case[] cases = [.. Directory.GetFiles(names[0], "*.cs").Order(StringComparer.Ordinal).Select(file => new Case(file))];
        if (names.Count > 1) cases = [.. cases.Where(each => names.IndexOf(each.Name) > 0)];
        if (cases.Length == 0) return Refuse($"No program in {names[0]} has that name.");
        return Run(cases, variant, isVerbose);
    }

    private static int Refuse(string reason)
    {
        Console.Error.WriteLine(reason);
        Console.Error.WriteLine(Usage);
        return 2;
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
            return failed == 0 ? 0 : 1;
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
