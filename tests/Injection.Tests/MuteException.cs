namespace Injection.Tests;

/// <summary>An exception that cannot describe itself.</summary>
internal sealed class MuteException : Exception
{
    public override string Message => throw new InvalidOperationException("no message");
}
