using System;

namespace NFUnitTest;

/// <summary>Marks a class of tests, as both test frameworks do.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TestClassAttribute : Attribute
{
}

/// <summary>Marks a test. A board's reflection is not asked for it: <see cref="TestList"/> names all.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TestMethodAttribute : Attribute
{
}

/// <summary>A check of a test came out wrong.</summary>
internal sealed class AssertFailedException : Exception
{
    internal AssertFailedException(string message)
        : base(message)
    {
    }
}

/// <summary>What the tests use of both test frameworks' classes of this name.</summary>
internal static class Assert
{
    internal static void IsTrue(bool condition, string message = "")
    {
        if (!condition) throw new AssertFailedException("not true" + Reason(message));
    }

    internal static void IsFalse(bool condition, string message = "")
    {
        if (condition) throw new AssertFailedException("not false" + Reason(message));
    }

    internal static void IsNull(object? value, string message = "")
    {
        if (value != null) throw new AssertFailedException("not null" + Reason(message));
    }

    internal static void IsNotNull(object? value, string message = "")
    {
        if (value == null) throw new AssertFailedException("null" + Reason(message));
    }

    internal static void AreSame(object? expected, object? actual, string message = "")
    {
        if (expected != actual) throw new AssertFailedException("not the same object" + Reason(message));
    }

    internal static void AreNotSame(object? expected, object? actual, string message = "")
    {
        if (expected == actual) throw new AssertFailedException("the same object" + Reason(message));
    }

    internal static void AreEqual(long expected, long actual, string message = "")
    {
        if (expected != actual) throw Differ(expected.ToString(), actual.ToString(), message);
    }

    internal static void AreEqual(string expected, string actual, string message = "")
    {
        if (expected != actual) throw Differ(expected, actual, message);
    }

    internal static void AreEqual(bool expected, bool actual)
    {
        if (expected != actual) throw Differ(expected.ToString(), actual.ToString(), "");
    }

    private static AssertFailedException Differ(string expected, string actual, string message) =>
        new AssertFailedException("expected " + expected + ", got " + actual + Reason(message));

    private static string Reason(string message) => message == "" ? "" : ": " + message;
}
