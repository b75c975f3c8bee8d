// Questions to the server while somebody writes: a form's values in the body, never in an address.

// Return a function that asks for a fragment with these values: its text, "" where nothing is
// known just now. A later question makes an earlier one void: that one gives null.
export function asker(form, address) {
  let turn = 0;
  return async (values) => {
    const mine = ++turn;
    const body = new URLSearchParams(values);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    let text = "";
    try {
      const answer = await fetch(address, { method: "POST", body });
      if (answer.ok) text = (await answer.text()).trim();
    } catch (fault) {
      // No network: it is only help, the form works without.
      console.info(fault);
    }
    return mine === turn ? text : null;
  };
}

// Return a function that calls the other one once nobody has called it for so long.
export function settled(milliseconds, act) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };
}
