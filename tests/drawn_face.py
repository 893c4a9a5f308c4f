"""A face that nobody has, for detectors to find."""

import cv2
import numpy as np


def face():
    """A drawn face of 200 x 240 pixels as the cascade knows them: sockets and mouth darker than cheeks and forehead."""
    picture = np.full((240, 200, 3), 150, np.uint8)

    def spot(centre, axes, colour):
        cv2.ellipse(picture, centre, axes, 0, 0, 360, colour, -1)

    spot((100, 105), (72, 92), (60, 45, 40))
    spot((100, 120), (58, 80), (215, 180, 150))
    spot((100, 75), (50, 35), (225, 190, 160))
    for x in (76, 124):
        spot((x, 102), (20, 12), (150, 115, 95))
        spot((x, 104), (13, 6), (235, 235, 235))
        spot((x, 104), (6, 6), (30, 25, 25))
        cv2.ellipse(picture, (x, 90), (20, 5), 0, 180, 360, (50, 35, 30), 5)
    spot((100, 128), (8, 26), (235, 200, 170))
    spot((100, 150), (16, 5), (150, 110, 90))
    spot((100, 170), (24, 7), (150, 70, 70))
    return cv2.GaussianBlur(picture, (0, 0), 4)
