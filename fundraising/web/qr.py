"""QR codes, drawn as SVG without any style: dark on white, since not every phone reads them the other way round."""

from markupsafe import Markup, escape


def drawn_qr(address: str, label: str) -> Markup:
    """The code of an address.

    Args:
        label: what it is, for who cannot see it.
    """
    import segno  # late: who starts the site need not wait for it

    drawn = segno.make(address, error="m", micro=False)
    size = drawn.symbol_size(border=4)[0]
    squares = "".join(
        f"M{x} {y}h1v1h-1z" for y, line in enumerate(drawn.matrix_iter(border=4)) for x, dark in enumerate(line) if dark
    )
    return Markup(  # noqa: S704 - the label is escaped, the rest is numbers
        f'<svg class="qr" viewBox="0 0 {size} {size}" width="220" height="220" role="img" '
        f'aria-label="{escape(label)}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{squares}"/></svg>'
    )
