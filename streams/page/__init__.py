"""The page of the desk: the graph for people in a browser, on the process of `triplewire serve`."""
