export const handler = async (event) => {
  if (event.until) {
    await new Promise((done) => setTimeout(done, event.until - Date.now()));
  }
};
