using Hardware.Machine;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Exploration.Tests;

/// <summary>A schedule is a text, and the text is the run.</summary>
[TestClass]
public class ScheduleTests
{
    private static readonly Explorer s_explorer = new();

    private const string Program = "queue || cancel || run";

    [TestMethod]
    public void Parse_WhatFormatWrote_GivesTheSameChoices()
    {
        List<int> choices = [0, 0, 2, 1, 1, 1, 0];
        List<Decision> decisions = choices.ConvertAll(choice => new Decision { Chosen = choice });

        string text = Schedule.Format(decisions, decisions.Count);

        Assert.AreEqual("A2C1B3A1", text);
        CollectionAssert.AreEqual(choices, Schedule.Parse(text).ToList());
        Assert.IsEmpty(Schedule.Parse(Schedule.Format(decisions, 0)));
    }

    [TestMethod]
    [DataRow("2A")]
    [DataRow("A")]
    [DataRow("A0")]
    [DataRow("A2b1")]
    [DataRow("Z3")]
    public void Parse_NoSchedule_Throws(string text) => Assert.ThrowsExactly<FormatException>(() => Schedule.Parse(text));

    [TestMethod]
    public void Replay_ScheduleOfAnotherProgram_SaysSo()
    {
        string? failure = s_explorer.Replay(Program, "H3");

        StringAssert.Contains(failure, "does not fit the program");
    }

    [TestMethod]
    public void Explore_Twice_RunsTheSameSchedules()
    {
        ExplorationResult first = s_explorer.Explore(Program);
        ExplorationResult second = s_explorer.Explore(Program);

        CollectionAssert.AreEqual(first.Schedules, second.Schedules);
        Assert.AreEqual(first.StepCount, second.StepCount);
    }

    [TestMethod]
    public void Explore_MorePreemptions_RunsTheSchedulesWithFewerToo()
    {
        ExplorationResult few = s_explorer.Explore(Program, preemptions: 2);
        ExplorationResult more = s_explorer.Explore(Program, preemptions: 3);

        CollectionAssert.AreEqual(few.Schedules, more.Schedules[..3]);
        Assert.IsGreaterThan(0, more.Schedules[3]);
    }

    [TestMethod]
    public void Explore_TwoThreadsOfKnownLength_RunsEveryInterleaving()
    {
        // Two threads with three steps each have (6 over 3) = 20 interleavings; all of them with enough preemptions.
        ExplorationResult result = s_explorer.Explore("two threads with three steps each", preemptions: 5);

        Assert.AreEqual(20, result.Schedules.Sum());
        // 0 preemptions: one after the other; 1: one of them is left once, after its first or second step.
        CollectionAssert.AreEqual(new[] { 2, 4, 8, 4, 2, 0 }, result.Schedules);
    }

    [TestMethod]
    public void Explore_ThreadThatWaitsForEver_IsADeadlock()
    {
        ExplorationResult result = s_explorer.Explore("a thread that waits for ever");

        StringAssert.Contains(result.Failure, "deadlock: waiter until never");
    }

    [TestMethod]
    public void Explore_ThreadThatThrows_Fails()
    {
        ExplorationResult result = s_explorer.Explore("a thread that throws");

        StringAssert.Contains(result.Failure, "thrower threw: System.NotSupportedException");
    }
}
