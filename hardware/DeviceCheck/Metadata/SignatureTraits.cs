using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Hardware.DeviceCheck.Metadata;

[Flags]
internal enum Traits
{
    None = 0,
    Generic = 1,          // a constructed generic type or a type parameter
    MultiDimensional = 2, // int[,]
    Pointer = 4,          // int* or a function pointer
    InModifier = 8,       // modreq(InAttribute)
    Hidden = 16,          // a type that the callback reported as not visible
}

/// <summary>Decodes a signature to the set of traits found anywhere in it.</summary>
internal sealed class SignatureTraits(Func<TypeDefinitionHandle, bool>? isHidden = null) : ISignatureTypeProvider<Traits, object?>
{
    public Traits GetTypeFromDefinition(MetadataReader r, TypeDefinitionHandle h, byte kind) =>
        isHidden?.Invoke(h) == true ? Traits.Hidden : Traits.None;

    public Traits GetTypeFromReference(MetadataReader r, TypeReferenceHandle h, byte kind) => Traits.None;

    public Traits GetTypeFromSpecification(MetadataReader r, object? ctx, TypeSpecificationHandle h, byte kind) =>
        r.GetTypeSpecification(h).DecodeSignature(this, ctx);

    public Traits GetPrimitiveType(PrimitiveTypeCode code) => Traits.None;

    public Traits GetSZArrayType(Traits element) => element;

    public Traits GetArrayType(Traits element, ArrayShape shape) => element | Traits.MultiDimensional;

    public Traits GetByReferenceType(Traits element) => element;

    public Traits GetPointerType(Traits element) => element | Traits.Pointer;

    public Traits GetPinnedType(Traits element) => element | Traits.Pointer;

    public Traits GetGenericInstantiation(Traits type, ImmutableArray<Traits> args) => type | Traits.Generic | Merge(args);

    public Traits GetGenericTypeParameter(object? ctx, int index) => Traits.Generic;

    public Traits GetGenericMethodParameter(object? ctx, int index) => Traits.Generic;

    public Traits GetModifiedType(Traits modifier, Traits type, bool required) => modifier | type;

    public Traits GetFunctionPointerType(MethodSignature<Traits> sig) =>
        Traits.Pointer | sig.ReturnType | Merge(sig.ParameterTypes);

    public static Traits Merge(IEnumerable<Traits> traits) => traits.Aggregate(Traits.None, (all, t) => all | t);
}
