rem A batch file with Windows line ends
@echo off
setlocal EnableDelayedExpansion

set COUNT=0
for %%F in (*.log) do (
	set /a COUNT+=1
    echo %%~nxF: !COUNT!   
)


if "%COUNT%"=="0" (echo nothing to do) else (echo %COUNT% files)
exit /b 0
