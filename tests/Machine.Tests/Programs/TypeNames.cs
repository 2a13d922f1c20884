using System;

namespace Somewhere
{
    public class Inside
    {
    }
}

public class TypeNames
{
    public static void Main()
    {
        Tell(Type.GetType("Somewhere.Inside"));
        Tell(Type.GetType("Somewhere.Inside, TypeNames"));
        Tell(Type.GetType("Somewhere.Inside, NotThere"));
        Tell(Type.GetType("System.Exception"));
        Tell(Type.GetType("Inside, TypeNames"));
        Tell(Type.GetType("System.Exception, TypeNames"));
    }

    private static void Tell(Type type) => Console.WriteLine(type == null ? "none" : type.FullName);
}
