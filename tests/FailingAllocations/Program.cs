using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using FailingAllocations;
using Hardware.Machine;
using Reference;

const string Usage = """
    Usage: dotnet run -c Release --project tests/FailingAllocations -- [FIRMWARE] [--count N] [--all]
      FIRMWARE   the folder firmware of any state of the repository; without it, this one's
      --count N  N allocations in a row fail, not one
      --all      show the runs too in which the next press is seen
    Runs ButtonModule on the machine once for each allocation that it makes, with that one failing, and tells after which of
    them the next press does not light the LED. Exit code 0: it always does, once Main has begun.
    """;

string? firmware = null;
long count = 1;
bool showsAll = false;
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--all")
    {
        showsAll = true;
    }
    else if (args[i] == "--count" && i + 1 < args.Length && long.TryParse(args[i + 1], out count) && count > 0)
    {
        i++;
    }
    else if (!args[i].StartsWith('-') && firmware == null && Directory.Exists(args[i]))
    {
        firmware = args[i];
    }
    else
    {
        Console.Error.WriteLine((args[i].StartsWith('-') ? "There is no option " : "There is no folder ") + args[i] + ".");
        Console.Error.WriteLine(Usage);
        return 2;
    }
}

string output = Directory.CreateTempSubdirectory("module").FullName;
try
{
    AllocationRun run = new(FirmwareBuild.Build(firmware ?? FirmwareBuild.FindFirmware(), output));
    RunResult undisturbed = run.Undisturbed;
    Console.WriteLine($"The undisturbed run makes {undisturbed.Allocations} objects, {undisturbed.AllocatedBytes} bytes.");
    List<Outcome> outcomes = [];
    for (long number = 1; run.Fail(number, count) is { } outcome; number++)
    {
        outcomes.Add(outcome);
        bool isLost = !outcome.IsBeforeMain && !(outcome.IsNextSeen && outcome.AreLaterSeen);
        if (!isLost && !showsAll) continue;
        FailedStep failed = outcome.Failed;
        string fate = outcome.IsBeforeMain ? "before Main"
            : outcome.IsNextSeen && outcome.AreLaterSeen ? "seen"
            : outcome.IsNextSeen ? "NEXT SEEN, LATER NOT"
            : outcome.AreLaterSeen ? "NEXT NOT SEEN, later ones are"
            : "NEXT NOT SEEN, nor all later ones";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{number,5} {failed.Nanoseconds / 1e6,9:f3} ms  {fate}, {outcome.Uncaught} uncaught, on {failed.Thread}:"));
        foreach (string frame in failed.Stack.Take(3)) Console.WriteLine("        at " + frame);
    }

    int before = outcomes.Count(each => each.IsBeforeMain);
    int seen = outcomes.Count(each => !each.IsBeforeMain && each.IsNextSeen && each.AreLaterSeen);
    int next = outcomes.Count(each => !each.IsBeforeMain && each.IsNextSeen && !each.AreLaterSeen);
    int lost = outcomes.Count(each => !each.IsBeforeMain && !each.IsNextSeen);
    Console.WriteLine($"{outcomes.Count} runs: {before} failed in static constructors, before Main, {seen} see the next press and all later "
        + $"ones, {next} the next one only, {lost} do not see the next one.");
    return next + lost == 0 ? 0 : 1;
}
catch (Exception exception) when (exception is UnknownMemberException or InvalidOperationException or IOException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
finally
{
    Directory.Delete(output, recursive: true);
}
