html`<iframe
  src="https://example.org/bunsen/v/0.1.0/embed.html?edit=lr&until=200#model=lenet5&data=digits&seed=7"
  title="Train LeNet-5"
  width="100%"
  height="360"
  style="border: 0"
></iframe>`;
